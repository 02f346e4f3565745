import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { atEveryPowerCut } from '@rocketeer/faulty-files'
import { type FileSystem, nodeFileSystem } from '@rocketeer/files'
import { TemporaryDirectory } from '@rocketeer/test-kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LocalOffsetStore } from './local-offset-store.js'

const queue = { topic: 'orders', brokerName: 'broker-a', queueId: 3 }
const other = { ...queue, queueId: 4 }

describe('LocalOffsetStore', () => {
  let directory: TemporaryDirectory
  const open = (files: FileSystem = nodeFileSystem) =>
    new LocalOffsetStore({
      files,
      directory: directory.path,
      clientId: '10.0.0.1@DEFAULT',
      group: 'coupon',
    })

  beforeEach(async () => {
    directory = await TemporaryDirectory.create()
  })
  afterEach(() => directory.remove())

  it('keeps what was persisted, and the file before beside it', async () => {
    const store = open()
    expect(await store.read(queue)).toBeUndefined()
    store.update(queue, 7)
    store.update(other, 9)
    await Promise.all([store.persist(queue), store.persist(other)])
    store.update(queue, 8)
    await store.persist(queue)
    expect(store.path).toMatch(/10\.0\.0\.1@DEFAULT.coupon.offsets\.json$/)
    const again = open()
    expect([await again.read(queue), await again.read(other)]).toEqual([8, 9])
    expect(await readFile(`${store.path}.bak`, 'utf8')).toContain(':7')
  })

  it('belongs to one consumer at a time', async () => {
    const [first, second] = [open(), open()]
    await first.open()
    const inUse = { code: 'OFFSETS_IN_USE', details: { group: 'coupon', path: first.path, pid: process.pid } }
    await expect(second.open()).rejects.toMatchObject(inUse)
    second.close()
    await expect(open().open()).rejects.toMatchObject(inUse)
    first.close()
    const third = open()
    await third.open()
    third.close()
  })

  it('is not kept from others by a consumer that was closed while it opened', async () => {
    const closed = open()
    const opening = closed.open()
    closed.close()
    await opening
    const next = open()
    await next.open()
    next.close()
  })

  it("reads what Apache's consumer wrote", async () => {
    const { path } = open()
    await mkdir(dirname(path), { recursive: true })
    await writeFile(
      path,
      '{\n\t"offsetTable":{{\n\t\t\t"brokerName":"broker-a",\n\t\t\t"queueId":3,\n\t\t\t"topic":"orders"\n\t\t}:12\n\t}\n}',
    )
    expect(await open().read(queue)).toBe(12)
  })

  it('falls back on the backup, and fails when there is none', async () => {
    const store = open()
    for (const offset of [7, 8]) {
      store.update(queue, offset)
      await store.persist(queue)
    }
    await writeFile(store.path, '{"offsetTable":{{"brokerN')
    expect(await open().read(queue)).toBe(7)
    await writeFile(`${store.path}.bak`, '')
    await expect(open().read(queue)).rejects.toMatchObject({ code: 'OFFSETS_UNREADABLE' })
  })

  it('retries an offset that could not be written', async () => {
    const store = open()
    // A file where the directory has to be.
    await writeFile(`${directory.path}/10.0.0.1@DEFAULT`, '')
    store.update(queue, 7)
    await expect(store.persist(queue)).rejects.toThrow()
    await rm(`${directory.path}/10.0.0.1@DEFAULT`)
    await store.persist(queue)
    expect(await open().read(queue)).toBe(7)
  })

  it('has the old or the new offset after a power cut at any moment', async () => {
    const persist = async (files: FileSystem, offset: number) => {
      const store = open(files)
      store.update(queue, offset)
      await store.persist(queue)
    }
    const steps = await atEveryPowerCut({
      before: (disk) => persist(disk, 7),
      change: (disk) => persist(disk, 8),
      after: async (disk, ended) => {
        expect(ended ? [8] : [7, 8]).toContain(await open(disk).read(queue))
      },
    })
    expect(steps).toBeGreaterThan(4)
  })
})

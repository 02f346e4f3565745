import { existsSync, readdirSync, statSync } from 'node:fs'
import { FaultyFileSystem } from '@rocketeer/faulty-files'
import { nodeFileSystem } from '@rocketeer/files'
import { isRocketeerError, ManualClock } from '@rocketeer/foundation'
import { SysFlag } from '@rocketeer/protocol/record'
import { describe, expect, it } from 'vitest'
import { bodies, message, readAll, StoreFixture } from './testing/store-fixture.js'

const ALL = { messagesMax: 32, bytesMax: 1 << 20 }
const from = (offset: number, topic = 'T') => ({ topic, queueId: 0, offset, limits: ALL })

describe.each(['async', 'sync'] as const)('%s', (flushMode) => {
  it('stores messages of several queues and reads them back, now and after a restart', async () => {
    await using fixture = new StoreFixture()
    let store = await fixture.open({ flushMode })
    const results = await Promise.all(
      Array.from({ length: 200 }, (_, i) => store.append(message({ queueId: i % 3, body: `m${i}` }))),
    )
    expect(results[5]).toMatchObject({ status: 'ok', queueOffset: 1 })
    const expected = (queueId: number) =>
      Array.from({ length: 200 }, (_, i) => i)
        .filter((i) => i % 3 === queueId)
        .map((i) => `m${i}`)
    for (const queueId of [0, 1, 2]) expect(await bodies(store, 'T', queueId)).toEqual(expected(queueId))
    await store.close()
    store = await fixture.open({ flushMode })
    for (const queueId of [0, 1, 2]) expect(await bodies(store, 'T', queueId)).toEqual(expected(queueId))
    expect(store.damage).toEqual([])
    expect(await store.append(message({ body: 'next' }))).toMatchObject({ queueOffset: expected(0).length })
  })

  it('fills files to their blank record and goes on in the next', async () => {
    await using fixture = new StoreFixture()
    let store = await fixture.open({ flushMode })
    const sizes = [3000, 5000, 7000, 15_000, 1, 16_000, 2000]
    for (let round = 0; round < 3; round++) {
      await Promise.all(sizes.map((size) => store.append(message({ body: Buffer.alloc(size, 65 + round) }))))
    }
    const lengths = async () => (await readAll(store)).map(({ body }) => body.length)
    expect(await lengths()).toEqual([...sizes, ...sizes, ...sizes])
    const names = readdirSync(fixture.path('commitlog'))
    expect(names.length).toBeGreaterThan(9)
    for (const name of names) expect(statSync(fixture.path('commitlog', name)).size).toBe(16 * 1024)
    await store.close()
    store = await fixture.open({ flushMode })
    expect(await lengths()).toEqual([...sizes, ...sizes, ...sizes])
  })

  it('takes messages that listeners append while others are announced', async () => {
    await using fixture = new StoreFixture()
    const store = await fixture.open({ flushMode })
    store.onArrival((topic, _queueId, maxOffset) => {
      if (topic === 'T') store.appendThen(message({ topic: 'copy', body: `copy ${maxOffset}` }), () => {})
    })
    await Promise.all(Array.from({ length: 20 }, () => store.append(message({ body: Buffer.alloc(3000) }))))
    await expect.poll(() => store.maxOffset('copy', 0)).toBe(20)
    expect((await bodies(store, 'copy')).at(-1)).toBe('copy 20')
  })
})

describe('reading', () => {
  it('says why it found nothing', async () => {
    await using fixture = new StoreFixture()
    const store = await fixture.open()
    expect(await store.read(from(5, 'none'))).toMatchObject({ status: 'noMessage', nextBeginOffset: 0 })
    await store.append(message())
    expect(await store.read(from(1))).toMatchObject({ status: 'offsetOverflow', nextBeginOffset: 1 })
    expect(await store.read(from(9))).toMatchObject({ status: 'offsetOverflow', nextBeginOffset: 1 })
    expect(await store.read(from(-1))).toMatchObject({ status: 'offsetTooSmall', nextBeginOffset: 0 })
    expect(await store.read({ ...from(0, 'T'), filter: { accepts: () => false } })).toMatchObject({
      status: 'noMatched',
      nextBeginOffset: 1,
      buffers: [],
    })
  })

  it('keeps to the limits but always gives one message', async () => {
    await using fixture = new StoreFixture()
    const store = await fixture.open({ commitLogFileBytes: 1 << 20 })
    await Promise.all(Array.from({ length: 50 }, () => store.append(message({ body: Buffer.alloc(10_000) }))))
    expect(await store.read({ ...from(0), limits: { messagesMax: 5, bytesMax: 1 << 20 } })).toMatchObject({
      messageCount: 5,
    })
    expect(await store.read({ ...from(0), limits: { messagesMax: 5, bytesMax: 25_000 } })).toMatchObject({
      messageCount: 2,
    })
    expect(await store.read({ ...from(0), limits: { messagesMax: 5, bytesMax: 1 } })).toMatchObject({
      messageCount: 1,
    })
    expect(await store.read({ ...from(0), limits: { messagesMax: 500, bytesMax: 1 << 20 } })).toMatchObject({
      messageCount: Math.floor((256 * 1024) / 10_110),
    })
  })

  it('takes the smaller limits for messages far behind the end', async () => {
    await using fixture = new StoreFixture()
    const store = await fixture.open({ memoryDistanceBytes: 1000 })
    await Promise.all(Array.from({ length: 50 }, () => store.append(message({ body: Buffer.alloc(500) }))))
    expect(await store.read(from(0))).toMatchObject({ messageCount: 8, fromDisk: true })
    expect(await store.read(from(49))).toMatchObject({ messageCount: 1, fromDisk: false })
  })

  it('filters by tags code and goes past what does not match', async () => {
    await using fixture = new StoreFixture()
    const store = await fixture.open()
    await Promise.all(
      Array.from({ length: 30 }, (_, i) => store.append(message({ tagsCode: i % 2 ? -7 : 7, body: `${i}` }))),
    )
    const result = await store.read({ ...from(0, 'T'), filter: { accepts: (tagsCode) => tagsCode === -7 } })
    expect(result).toMatchObject({ status: 'found', messageCount: 15, nextBeginOffset: 30 })
  })

  it('returns buffers that stay as they are', async () => {
    await using fixture = new StoreFixture()
    const store = await fixture.open()
    await store.append(message({ body: 'first' }))
    const { buffers } = await store.read(from(0))
    const copy = Buffer.from(buffers[0]!)
    for (let i = 0; i < 40; i++) await store.append(message({ body: Buffer.alloc(10_000, i) }))
    expect(buffers[0]!.equals(copy)).toBe(true)
    expect((await readAll(store))[0]!.body.toString()).toBe('first')
  })

  it('lends memory that is used again once it is given back', async () => {
    await using fixture = new StoreFixture()
    const store = await fixture.open()
    for (let i = 0; i < 10; i++) await store.append(message({ body: Buffer.alloc(2_000, i) }))
    const read = async (offset: number) => await store.read({ ...from(offset), borrows: true })
    const first = await read(0)
    const copy = Buffer.from(first.buffers[0]!)
    for (let offset = 0; offset < 20; offset++) (await read(offset % 10)).release!()
    expect(first.buffers[0]!.equals(copy)).toBe(true)
    first.release!()
    const again = await read(5)
    expect(again.buffers[0]!.buffer === first.buffers[0]!.buffer).toBe(true)
    expect(again.buffers[0]!.byteOffset).toBe(first.buffers[0]!.byteOffset)
    expect((await store.read(from(0))).release).toBeUndefined()
  })

  it('reads one record by its physical offset, and only where one starts', async () => {
    await using fixture = new StoreFixture()
    const store = await fixture.open()
    await store.append(message())
    const { physicalOffset, recordBytes } = await store.append(message({ body: 'second' }))
    expect(await store.recordAt(physicalOffset)).toHaveLength(recordBytes)
    for (const offset of [-1, 1, physicalOffset - 1, physicalOffset + 1, physicalOffset + recordBytes, 1e12])
      expect(await store.recordAt(offset)).toBeUndefined()
  })
})

describe('writing', () => {
  it('refuses what is too large and stores nothing of it', async () => {
    await using fixture = new StoreFixture()
    const store = await fixture.open()
    const refused = (promise: Promise<unknown>) =>
      promise.then(
        () => 'stored',
        (error) => error.code,
      )
    expect(await refused(store.append(message({ body: Buffer.alloc(16_380) })))).toBe('MESSAGE_TOO_LARGE')
    const properties = { ...message(), properties: 'x'.repeat(32_768) }
    expect(await refused(store.append(properties))).toBe('RECORD_TOO_LARGE')
    expect(await store.append(message())).toMatchObject({ queueOffset: 0, physicalOffset: 0 })
    expect(await bodies(store)).toEqual(['hello'])
  })

  it.each([0, 70, 400])('forgets a write that failed after %d bytes', async (bytes) => {
    await using fixture = new StoreFixture()
    const files = new FaultyFileSystem(nodeFileSystem)
    let store = await fixture.open({ files })
    await store.append(message({ body: 'before' }))
    files.fail({ operation: 'write', path: 'commitlog', code: 'ENOSPC', bytes, times: 1 })
    const outcomes = await Promise.allSettled(
      ['a', 'b', 'c', 'd'].map((body) => store.append(message({ body }))),
    )
    for (const outcome of outcomes) {
      const reason = outcome.status === 'rejected' ? outcome.reason : undefined
      expect(isRocketeerError(reason, 'WRITE_FAILED') && reason.retryable).toBe(true)
    }
    expect(store.maxOffset('T', 0)).toBe(1)
    await expect.poll(() => store.writable).toBe('ok')
    expect(await store.append(message({ body: 'z' }))).toMatchObject({ queueOffset: 1 })
    expect(await bodies(store)).toEqual(['before', 'z'])
    await store.close()
    // The bytes that did reach the file must not come back, not even after a kill.
    await (await nodeFileSystem.open(fixture.path('abort'), 'create')).close()
    store = await fixture.open()
    expect(await bodies(store)).toEqual(['before', 'z'])
    expect(store.damage).toEqual([])
  })

  it('a failed flush fences the store for good', async () => {
    await using fixture = new StoreFixture()
    const files = new FaultyFileSystem(nodeFileSystem)
    const store = await fixture.open({ files, flushMode: 'sync' })
    await store.append(message({ body: 'safe' }))
    files.fail({ operation: 'datasync', path: 'commitlog', code: 'EIO', times: 1 })
    await expect(store.append(message({ body: 'lost?' }))).rejects.toMatchObject({
      code: 'STORE_FENCED',
      retryable: false,
    })
    await expect(store.append(message())).rejects.toMatchObject({ code: 'STORE_FENCED' })
    expect(await bodies(store)).toEqual(['safe'])
    await store.close()
    expect(existsSync(fixture.path('abort'))).toBe(true)
  })

  it('messages encoded when the store is fenced are refused, too', async () => {
    await using fixture = new StoreFixture()
    const files = new FaultyFileSystem(nodeFileSystem)
    const store = await fixture.open({ files, flushMode: 'sync' })
    files.fail({ operation: 'datasync', path: 'commitlog', code: 'EIO', times: 1 })
    const outcomes = await Promise.allSettled(
      Array.from({ length: 30 }, async (_, turn) => {
        for (let i = 0; i < turn; i++) await new Promise(setImmediate)
        return store.append(message())
      }),
    )
    for (const outcome of outcomes)
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'STORE_FENCED' } })
    expect(store.maxOffset('T', 0)).toBe(0)
    expect([...store.queues()]).toEqual([])
  })

  it('under SYNC_FLUSH consumers see a message after its flush, not before', async () => {
    await using fixture = new StoreFixture()
    const files = new FaultyFileSystem(nodeFileSystem)
    const store = await fixture.open({ files, flushMode: 'sync', flushTimeoutMs: 50 })
    const release = files.holdDatasync('commitlog')
    const result = await store.append(message({ body: 'slow' }))
    expect(result.status).toBe('flushTimeout')
    expect(store.maxOffset('T', 0)).toBe(0)
    expect(await store.recordAt(result.physicalOffset)).toBeUndefined()
    const second = store.append(message({ body: 'second' }))
    release()
    expect(await second).toMatchObject({ status: 'ok', queueOffset: 1 })
    expect(await bodies(store)).toEqual(['slow', 'second'])
  })

  it('a flush times out by the time of the disk, however far the time of messages is moved meanwhile', async () => {
    await using fixture = new StoreFixture()
    const files = new FaultyFileSystem(nodeFileSystem)
    const clock = new ManualClock(1_700_000_000_000)
    const ioClock = new ManualClock(0)
    const store = await fixture.open({ files, clock, ioClock, flushMode: 'sync', flushTimeoutMs: 5000 })
    const release = files.holdDatasync('commitlog')
    const statuses: string[] = []
    const appended = store.append(message()).then(({ status }) => statuses.push(status))
    await new Promise(setImmediate)
    await clock.advance(3_600_000)
    await ioClock.advance(4999)
    expect(statuses).toEqual([])
    await ioClock.advance(1)
    await appended
    expect(statuses).toEqual(['flushTimeout'])
    release()
  })

  it('halves of transactions are stored but in no queue', async () => {
    await using fixture = new StoreFixture()
    let store = await fixture.open()
    const half = await store.append(message({ sysFlag: SysFlag.TRANSACTION_PREPARED }))
    const back = await store.append(message({ sysFlag: SysFlag.TRANSACTION_ROLLBACK }))
    const done = await store.append(message({ sysFlag: SysFlag.TRANSACTION_COMMIT, body: 'committed' }))
    expect([half.queueOffset, back.queueOffset, done.queueOffset]).toEqual([0, 0, 0])
    expect(await store.recordAt(half.physicalOffset)).toHaveLength(half.recordBytes)
    await store.close()
    store = await fixture.open()
    expect(await bodies(store)).toEqual(['committed'])
  })

  it('refuses appends after close, and closes twice', async () => {
    await using fixture = new StoreFixture()
    const store = await fixture.open()
    await Promise.all([store.close(), store.close()])
    await expect(store.append(message())).rejects.toMatchObject({ code: 'STORE_CLOSED' })
  })
})

it('forgets deleted topics, and lets them go on where they ended', async () => {
  await using fixture = new StoreFixture()
  let store = await fixture.open()
  await store.append(message({ topic: 'old', body: 'old' }))
  await store.append(message({ topic: 'kept', body: 'kept' }))
  expect(await store.deleteTopicsExcept(new Set(['kept']))).toEqual(['old'])
  expect([...store.queues()].map(({ topic }) => topic)).toEqual(['kept'])
  expect(await store.append(message({ topic: 'old', body: 'new' }))).toMatchObject({ queueOffset: 50 })
  await store.close()
  store = await fixture.open()
  expect(await bodies(store, 'old')).toEqual(['new'])
  expect(await bodies(store, 'kept')).toEqual(['kept'])
})

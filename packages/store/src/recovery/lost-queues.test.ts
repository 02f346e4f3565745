import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type MessageRecord, SysFlag } from '@rocketeer/protocol/record'
import { expect, it } from 'vitest'
import { readEntry } from '../consume-queue/entry.js'
import { evens, fill, killed, numbers, odds, overwrite } from '../testing/killed-store.js'
import { message, readAll, SMALL_FILES, StoreFixture } from '../testing/store-fixture.js'

const FILE_BYTES = SMALL_FILES.commitLogFileBytes
const ONE = { messagesMax: 1, bytesMax: 1 }

it.each(['clean', 'killed'])('lost consume queues are made again after a %s stop', async (stop) => {
  await using fixture = new StoreFixture()
  let store = await fixture.open()
  await fill(store, 150)
  await store.append(message({ sysFlag: SysFlag.TRANSACTION_PREPARED, body: 'half' }))
  await store.append(message({ topic: 'late', tag: 'tag', tagsCode: 5 }))
  await store.close()
  if (stop === 'killed') writeFileSync(fixture.path('abort'), '')
  const before = readFileSync(fixture.path('consumequeue/T/1', '0'.repeat(20)))
  rmSync(fixture.path('consumequeue'), { recursive: true })
  store = await fixture.open()
  expect(await numbers(store, 0)).toEqual(evens(150))
  expect(store.maxOffset('late', 0)).toBe(1)
  await store.close()
  expect(readFileSync(fixture.path('consumequeue/T/1', '0'.repeat(20))).equals(before)).toBe(true)
})

it('a lost checkpoint after a kill costs time, not messages', async () => {
  await using fixture = new StoreFixture()
  const store = await fixture.open()
  await fill(store, 100)
  await using copy = killed(fixture)
  rmSync(copy.path('checkpoint'))
  const recovered = await copy.open()
  expect(await numbers(recovered, 1)).toEqual(odds(100))
  expect(await recovered.append(message())).toMatchObject({ queueOffset: 50 })
})

it('consume queues that say more than the log are cut, also after a clean stop', async () => {
  await using fixture = new StoreFixture()
  let store = await fixture.open()
  const results = await fill(store, 40)
  await store.close()
  const end = results[20]!.physicalOffset
  const base = end - (end % FILE_BYTES)
  for (const name of readdirSync(fixture.path('commitlog'))) {
    if (Number(name) > base) rmSync(fixture.path('commitlog', name))
  }
  overwrite(fixture, end, Buffer.alloc(FILE_BYTES - (end % FILE_BYTES)))
  store = await fixture.open()
  expect(await numbers(store, 0)).toEqual(evens(20))
  expect(await numbers(store, 1)).toEqual(odds(20))
  expect(await store.append(message({ body: '7' }))).toMatchObject({ queueOffset: 10, physicalOffset: end })
})

it('queues that begin in the middle have blank entries before their first, as Apache writes them', async () => {
  await using fixture = new StoreFixture()
  let store = await fixture.open()
  await fill(store, 100)
  await store.close()
  rmSync(fixture.path('consumequeue'), { recursive: true })
  rmSync(fixture.path('commitlog', '0'.repeat(20)))
  store = await fixture.open()
  const first = (await readAll(store, 'T', 0))[0]!
  expect(first.queueOffset).toBe(store.minOffset('T', 0))
  expect(first.queueOffset).toBeGreaterThan(5)
  expect(await store.read({ topic: 'T', queueId: 0, offset: 0, limits: ONE })).toMatchObject({
    status: 'offsetTooSmall',
    nextBeginOffset: first.queueOffset,
  })
  await store.close()
  const entries = readFileSync(fixture.path('consumequeue/T/0', '0'.repeat(20)))
  expect(readEntry(entries, 0, 0)).toMatchObject({ physicalOffset: 0, recordBytes: 0x7fffffff, tagsCode: 0 })
  expect(readEntry(entries, first.queueOffset * 20, first.queueOffset).physicalOffset).toBe(
    first.physicalOffset,
  )
  store = await fixture.open()
  expect(store.minOffset('T', 0)).toBe(first.queueOffset)
})

it('delayed messages keep their delivery time when queues are made again', async () => {
  await using fixture = new StoreFixture()
  const deliveryTime = (record: MessageRecord) => record.storeTimestamp + 5000
  let store = await fixture.open({ deliveryTime })
  const { storeTimestamp } = await store.append(
    message({ topic: 'SCHEDULE_TOPIC_XXXX', queueId: 1, delayLevel: 2, tagsCode: 12_345 }),
  )
  await store.close()
  rmSync(fixture.path('consumequeue'), { recursive: true })
  store = await fixture.open({ deliveryTime })
  const seen: number[] = []
  const accepts = (tagsCode: number) => seen.push(tagsCode) > 0
  await store.read({ topic: 'SCHEDULE_TOPIC_XXXX', queueId: 1, offset: 0, limits: ONE, filter: { accepts } })
  expect(seen).toEqual([storeTimestamp + 5000])
})

import { open } from 'node:fs/promises'
import { decodeRecords, recordProperties } from '@rocketeer/protocol/record'
import { describe, expect, it } from 'vitest'
import type { MessageStore } from '../message-store.js'
import { message, SMALL_FILES, StoreFixture } from '../testing/store-fixture.js'
import type { RecordFilter } from './read-request.js'

const LIMITS = { messagesMax: 32, bytesMax: 256 * 1024 }
const SIZES = { commitLogFileBytes: 16 * 1024 * 1024, tailBytesMax: 32 * 1024 * 1024 }

const matching: RecordFilter = (buffer, position) =>
  recordProperties(buffer, position).includes('KEYS\u0001yes')

/** Messages 0, 1, 2 …; those `wanted` says match. */
async function fill(store: MessageStore, count: number, wanted: (index: number) => boolean, bodyBytes = 10) {
  const messages = Array.from({ length: count }, (_, index) => {
    const body = Buffer.alloc(bodyBytes)
    body.write(String(index))
    return message({ body, keys: wanted(index) ? 'yes' : 'no', tag: index % 2 ? 'odd' : 'even' })
  })
  await Promise.all(messages.map((each) => store.append(each)))
}

async function read(
  store: MessageStore,
  offset: number,
  limits = LIMITS,
  accepts?: (code: number) => boolean,
) {
  const result = await store.read({
    topic: 'T',
    queueId: 0,
    offset,
    limits,
    filter: { accepts, acceptsRecord: matching },
  })
  const records = decodeRecords(result.buffers)
  expect(records).toHaveLength(result.messageCount)
  return { ...result, offsets: records.map((record) => record.queueOffset) }
}

const IN_THE_BODY = 100

/** Overwrites a few bytes of the log. */
async function spoil(fixture: StoreFixture, offset: number): Promise<void> {
  const fileBytes = SMALL_FILES.commitLogFileBytes
  const position = offset % fileBytes
  const file = await open(fixture.path('commitlog', String(offset - position).padStart(20, '0')), 'r+')
  await file.write(Buffer.from('spoilt'), 0, 6, position)
  await file.close()
}

describe('a read that looks at records', () => {
  it('gives those that match and goes on behind what it looked at', async () => {
    await using fixture = new StoreFixture()
    const store = await fixture.open(SIZES)
    await fill(store, 100, (index) => index % 10 === 3)
    const result = await read(store, 5)
    expect(result.offsets).toEqual([13, 23, 33, 43, 53, 63, 73, 83, 93])
    expect(result).toMatchObject({ status: 'found', nextBeginOffset: 100, maxOffset: 100, fromDisk: false })
    expect(result.bytes).toBe(result.buffers[0]!.length)
  })

  it('stops at the limits, at the first record that does not fit', async () => {
    await using fixture = new StoreFixture()
    const store = await fixture.open(SIZES)
    await fill(store, 40, (index) => index % 2 === 0, 1000)
    const byCount = await read(store, 0, { messagesMax: 3, bytesMax: 1 << 20 })
    expect(byCount.offsets).toEqual([0, 2, 4])
    expect(byCount.nextBeginOffset).toBe(5)
    const byBytes = await read(store, 5, { messagesMax: 32, bytesMax: 2500 })
    expect(byBytes.offsets).toEqual([6, 8])
    expect((await read(store, byBytes.nextBeginOffset)).offsets[0]).toBe(10)
    expect((await read(store, 0, { messagesMax: 32, bytesMax: 1 })).offsets).toEqual([0])
  })

  it('looks at 800 messages at most', async () => {
    await using fixture = new StoreFixture()
    const store = await fixture.open(SIZES)
    await fill(store, 1000, (index) => index === 900)
    expect(await read(store, 0)).toMatchObject({ status: 'noMatched', nextBeginOffset: 800, buffers: [] })
    expect((await read(store, 800)).offsets).toEqual([900])
  })

  it('looks at 8 MiB at most', async () => {
    await using fixture = new StoreFixture()
    const store = await fixture.open(SIZES)
    await fill(store, 12, () => false, 1024 * 1024)
    expect(await read(store, 0)).toMatchObject({ status: 'noMatched', nextBeginOffset: 7 })
    expect(await read(store, 7)).toMatchObject({ status: 'noMatched', nextBeginOffset: 12 })
  })

  it('gives borrowed memory back that it outgrew or found nothing for', async () => {
    await using fixture = new StoreFixture()
    const store = await fixture.open(SIZES)
    await fill(store, 300, (index) => index > 100 && index < 120, 1_000)
    const request = { topic: 'T', queueId: 0, offset: 0, limits: LIMITS, borrows: true }
    const memory = new Set<unknown>()
    for (let round = 0; round < 50; round++) {
      const found = await store.read({ ...request, filter: { acceptsRecord: matching } })
      expect(found.messageCount).toBe(19)
      memory.add(found.buffers[0]!.buffer)
      found.release!()
      const nothing = await store.read({ ...request, filter: { acceptsRecord: () => false } })
      expect(nothing).toMatchObject({ status: 'noMatched', release: undefined })
    }
    expect(memory.size).toBe(1)
  })

  it('does not touch the records of other tags', async () => {
    await using fixture = new StoreFixture()
    const store = await fixture.open(SIZES)
    await fill(store, 20, () => true)
    const seen: number[] = []
    const even = (code: number) => {
      seen.push(code)
      return seen.length % 2 === 1
    }
    expect((await read(store, 0, LIMITS, even)).offsets).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18])
  })

  it('reads from disk, and leaves a damaged record out', async () => {
    await using fixture = new StoreFixture()
    const first = await fixture.open()
    await fill(first, 60, (index) => index % 3 === 0, 300)
    const middle = decodeRecords(
      (await first.read({ topic: 'T', queueId: 0, offset: 9, limits: { messagesMax: 1, bytesMax: 1 } }))
        .buffers[0]!,
    )[0]!
    await first.close()
    await spoil(fixture, middle.physicalOffset + IN_THE_BODY)
    const second = await fixture.open()
    const found: number[] = []
    for (let next = 0; next < 60; ) {
      const result = await read(second, next)
      found.push(...result.offsets)
      next = result.nextBeginOffset
    }
    expect(found).toEqual(Array.from({ length: 20 }, (_, i) => i * 3).filter((offset) => offset !== 9))
    expect(second.damage).toHaveLength(1)
  })
})

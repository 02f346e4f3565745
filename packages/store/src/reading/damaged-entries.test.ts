import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { RecordPosition, recordBodyPosition, recordProperties } from '@rocketeer/protocol/record'
import { describe, expect, it } from 'vitest'
import { ENTRY_BYTES } from '../consume-queue/entry.js'
import { LogBook, message, readAll, StoreFixture } from '../testing/store-fixture.js'
import type { ReadRequest } from './read-request.js'

const FIRST_FILE = '0'.repeat(20)
const COUNT = 30
/** The one that is damaged; its record lies in the first log file. */
const DAMAGED = 10

/** Two queues of equal records, in files; `damage` changes the bytes of one entry or of its record. */
async function damaged(damage: {
  entry?: (entry: Buffer) => void
  record?: (record: Buffer) => void
}): Promise<StoreFixture> {
  const fixture = new StoreFixture()
  const store = await fixture.open()
  for (let i = 0; i < COUNT; i++)
    for (const queueId of [0, 1]) await store.append(message({ queueId, body: `body ${10 + i}` }))
  await store.close()
  const queueFile = fixture.path('consumequeue/T/0', FIRST_FILE)
  const queue = readFileSync(queueFile)
  const entry = queue.subarray(DAMAGED * ENTRY_BYTES, (DAMAGED + 1) * ENTRY_BYTES)
  const physicalOffset = Number(entry.readBigInt64BE(0))
  damage.entry?.(entry)
  writeFileSync(queueFile, queue)
  const logFile = fixture.path('commitlog', FIRST_FILE)
  const log = readFileSync(logFile)
  damage.record?.(log.subarray(physicalOffset))
  writeFileSync(logFile, log)
  return fixture
}

const flip = (bytes: Buffer, position: number, mask = 1) => {
  bytes[position] = bytes[position]! ^ mask
}
const topicLengthAt = (record: Buffer) => {
  const body = recordBodyPosition(record, 0)
  return body + record.readInt32BE(body - 4)
}

const entries: [string, (entry: Buffer) => void][] = [
  ['the sign of its record bytes', (entry) => flip(entry, 8, 0x80)],
  ['record bytes that are too many', (entry) => entry.writeInt32BE(0x7ffffffe, 8)],
  ['record bytes that are too few', (entry) => entry.writeInt32BE(3, 8)],
  ['the sign of its physical offset', (entry) => flip(entry, 0, 0x80)],
  ['a physical offset behind the end of the log', (entry) => flip(entry, 2)],
  ['a physical offset between records', (entry) => flip(entry, 7)],
  [
    'the record of another queue',
    (entry) => entry.writeBigInt64BE(entry.readBigInt64BE(0) + BigInt(entry.readInt32BE(8)), 0),
  ],
  [
    'another record of its queue',
    (entry) => entry.writeBigInt64BE(entry.readBigInt64BE(0) + 2n * BigInt(entry.readInt32BE(8)), 0),
  ],
  ['nothing but zeros', (entry) => entry.fill(0)],
]

const records: [string, (record: Buffer) => void][] = [
  ['its size', (record) => flip(record, RecordPosition.TOTAL_SIZE + 3)],
  ['its magic', (record) => flip(record, RecordPosition.MAGIC)],
  ['its queue', (record) => flip(record, RecordPosition.QUEUE_ID + 3, 4)],
  ['its queue offset', (record) => flip(record, RecordPosition.QUEUE_OFFSET + 6)],
  ['its physical offset', (record) => flip(record, RecordPosition.PHYSICAL_OFFSET + 4)],
  ['the length of its body', (record) => flip(record, recordBodyPosition(record, 0) - 1)],
  ['its body', (record) => flip(record, recordBodyPosition(record, 0))],
  ['the length of its topic', (record) => flip(record, topicLengthAt(record))],
  ['its topic', (record) => flip(record, topicLengthAt(record) + 1)],
  ['the length of its properties', (record) => flip(record, topicLengthAt(record) + 3)],
]

const all = Array.from({ length: COUNT }, (_, offset) => offset)

async function expectOneLeftOut(fixture: StoreFixture): Promise<void> {
  const logger = new LogBook()
  const store = await fixture.open({ logger })
  const offsets = async (queueId: number) =>
    (await readAll(store, 'T', queueId)).map(({ queueOffset }) => queueOffset)
  expect(await offsets(0)).toEqual(all.filter((offset) => offset !== DAMAGED))
  expect(await offsets(0)).toHaveLength(COUNT - 1)
  expect(await offsets(1)).toEqual(all)
  const named = { topic: 'T', queueId: 0, queueOffset: DAMAGED }
  expect(logger.lines.filter(({ level }) => level === 'error')).toMatchObject([{ facts: named }])

  const request: ReadRequest & { topic: string; queueId: number } = {
    topic: 'T',
    queueId: 0,
    offset: 0,
    limits: { messagesMax: COUNT, bytesMax: 1 << 20 },
    filter: { acceptsRecord: (buffer, position) => recordProperties(buffer, position) === '' },
  }
  expect(await store.read(request)).toMatchObject({ messageCount: COUNT - 1, nextBeginOffset: COUNT })
}

describe('an entry of a consume queue', () => {
  it.each(entries)('that names %s costs its own message only', async (_, entry) => {
    await using fixture = await damaged({ entry })
    await expectOneLeftOut(fixture)
  })
})

describe('a record', () => {
  it.each(records)('that is damaged in %s is not served, and nothing else is lost', async (_, record) => {
    await using fixture = await damaged({ record })
    await expectOneLeftOut(fixture)
  })

  it.each(records)(
    'that is damaged in %s costs no other when the queues are made again',
    async (_, record) => {
      await using fixture = await damaged({ record })
      rmSync(fixture.path('consumequeue'), { recursive: true })
      const store = await fixture.open()
      for (const queueId of [0, 1]) {
        const offsets = (await readAll(store, 'T', queueId)).map(({ queueOffset }) => queueOffset)
        expect(offsets).toEqual(queueId === 0 ? all.filter((offset) => offset !== DAMAGED) : all)
      }
    },
  )
})

import { decodeRecord, type MessageRecord } from '@rocketeer/protocol'
import type { ReadRequest } from '@rocketeer/store'

/** What administration reads of the store; `MessageStore` is one. */
export interface AdminStore {
  minOffset(topic: string, queueId: number): number
  maxOffset(topic: string, queueId: number): number
  offsetAt(topic: string, queueId: number, timestamp: number): number | Promise<number>
  earliestStoreTimestamp(topic?: string, queueId?: number): number | Promise<number>
  read(request: ReadRequest): AdminRead | Promise<AdminRead>
  recordAt(physicalOffset: number): Promise<Buffer | undefined>
  queues(): Iterable<{ readonly topic: string }>
  deleteTopics(keep: ReadonlySet<string>): Promise<unknown>
  deleteExpiredFiles(): Promise<unknown>
  readonly stats: {
    readonly minPhysicalOffset: number
    readonly maxPhysicalOffset: number
    readonly writtenPhysicalOffset: number
    readonly flushedPhysicalOffset: number
  }
}

interface AdminRead {
  readonly status: string
  readonly buffers: readonly Buffer[]
}

/** At least one message is returned whatever its size, so this bounds what comes with it. */
const READ_BYTES_MAX = 256 * 1024

/** The records of a queue from `offset` on, at most `messagesMax` of them and fewer when they are large. */
export async function recordsFrom(
  store: AdminStore,
  topic: string,
  queueId: number,
  offset: number,
  messagesMax: number,
): Promise<MessageRecord[]> {
  const limits = { messagesMax, bytesMax: READ_BYTES_MAX }
  const { status, buffers } = await store.read({ topic, queueId, offset, limits })
  if (status !== 'found') return []
  const records: MessageRecord[] = []
  for (const buffer of buffers) {
    for (let at = 0; at < buffer.length; at += records.at(-1)!.totalSize) {
      records.push(decodeRecord(buffer, at, { checkCrc: false }))
    }
  }
  return records
}

/** When the message at a queue offset was stored, or -1 when there is none. Apache: getMessageStoreTimeStamp. */
export async function storeTimestampAt(
  store: AdminStore,
  topic: string,
  queueId: number,
  offset: number,
): Promise<number> {
  if (offset < store.minOffset(topic, queueId) || offset >= store.maxOffset(topic, queueId)) return -1
  const [record] = await recordsFrom(store, topic, queueId, offset, 1)
  return record?.queueOffset === offset ? record.storeTimestamp : -1
}

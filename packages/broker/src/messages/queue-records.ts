import { decodeRecords, type MessageRecord } from '@rocketeer/protocol/record'
import type { MessageStore } from '@rocketeer/store'

/** At least one message is returned whatever its size, so this bounds what comes with it. */
const READ_BYTES_MAX = 256 * 1024

export interface QueueOffset {
  readonly topic: string
  readonly queueId: number
  readonly offset: number
}

/** The records of a queue from `offset` on, at most `messagesMax` of them and fewer when they are large. */
export async function recordsFrom(
  store: MessageStore,
  { topic, queueId, offset, messagesMax }: QueueOffset & { messagesMax: number },
): Promise<MessageRecord[]> {
  const limits = { messagesMax, bytesMax: READ_BYTES_MAX }
  const { status, buffers } = await store.read({ topic, queueId, offset, limits })
  if (status !== 'found') return []
  return decodeRecords(buffers, { checkCrc: false })
}

/** When the message at a queue offset was stored, or -1 when there is none. Apache: getMessageStoreTimeStamp. */
export async function storeTimestampAt(store: MessageStore, at: QueueOffset): Promise<number> {
  const { topic, queueId, offset } = at
  if (offset < store.minOffset(topic, queueId) || offset >= store.maxOffset(topic, queueId)) return -1
  const [record] = await recordsFrom(store, { ...at, messagesMax: 1 })
  return record?.queueOffset === offset ? record.storeTimestamp : -1
}

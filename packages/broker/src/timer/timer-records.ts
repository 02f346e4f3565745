import { SystemTopic } from '@rocketeer/protocol'
import { decodeRecords, type MessageRecord } from '@rocketeer/protocol/record'
import type { ReadRequest } from '@rocketeer/store'

/** Apache writes all timers into this queue. */
export const TIMER_QUEUE = 0

const READ_BYTES_MAX = 1024 * 1024

/** The part of the store that `readTimers` needs. */
export interface TimerRecordStore {
  read(request: ReadRequest): RecordBuffers | Promise<RecordBuffers>
}

interface RecordBuffers {
  readonly buffers: readonly Buffer[]
}

/** Messages of the timer topic from `offset` on: one at least, unless its record is lost. */
export async function readTimers(
  store: TimerRecordStore,
  offset: number,
  messagesMax: number,
): Promise<MessageRecord[]> {
  const limits = { messagesMax, bytesMax: READ_BYTES_MAX }
  const { buffers } = await store.read({ topic: SystemTopic.TIMER, queueId: TIMER_QUEUE, offset, limits })
  return decodeRecords(buffers)
}

import type { PreparedMessage } from '../messages/outgoing.js'
import type { Delivered } from './delivery.js'
import type { BatchParcel } from './parcel.js'
import type {
  BatchReceipt,
  JournaledBatchReceipt,
  JournaledReceipt,
  SendReceipt,
} from './producer-options.js'

/** What became of a send that no broker took. */
export interface Journaled {
  readonly status: 'JOURNALED'
  readonly perhapsStored: boolean
}

export function receiptOf(
  { messageId, topic }: PreparedMessage,
  delivered: Delivered | Journaled,
): SendReceipt | JournaledReceipt {
  if (delivered.status === 'JOURNALED') return { ...delivered, messageId, topic }
  const { fields, queue, status } = delivered
  const { msgId, queueId, queueOffset, recallHandle } = fields
  const receipt: SendReceipt = {
    status,
    messageId,
    offsetMessageId: msgId,
    topic,
    queue: { brokerName: queue.brokerName, queueId },
    queueOffset,
  }
  if (recallHandle !== undefined) receipt.recallHandle = recallHandle
  return receipt
}

export function batchReceiptOf(
  { messageIds, topic }: BatchParcel,
  delivered: Delivered | Journaled,
): BatchReceipt | JournaledBatchReceipt {
  if (delivered.status === 'JOURNALED') return { ...delivered, messageIds, topic }
  const { fields, queue, status } = delivered
  const { msgId, queueId, queueOffset } = fields
  return {
    status,
    messageIds,
    offsetMessageIds: msgId.split(','),
    topic,
    queue: { brokerName: queue.brokerName, queueId },
    queueOffset,
  }
}

import type { ReceiptHandle } from '@rocketeer/protocol'
import type { Popped } from '../popping/popped.js'
import { madeMessage } from './made-message.js'

/** A message as if popped from `orders`, for tests. */
export function poppedMessage(handle: Partial<ReceiptHandle> = {}, dueAt = 60_000): Popped {
  const { queueOffset = 0, queueId = 0 } = handle
  return {
    message: madeMessage({ queueOffset, queueId }),
    source: { queue: { topic: 'orders', brokerName: 'a', queueId: -1 }, release: () => undefined },
    handle: {
      startOffset: 0,
      popTime: 1,
      invisibleTime: 60_000,
      reviveQueueId: 0,
      retry: '0',
      brokerName: 'a',
      queueId,
      queueOffset,
      ...handle,
    },
    dueAt,
  }
}

import { decodeUnlockBatchRequestBody, type unlockBatchMq } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { QueueLocks } from '../clients/queue-locks.js'

/** An ordered consumer gives queues back. Apache: AdminBrokerProcessor.unlockBatchMQ. */
export function unlockBatchMqHandler({ locks }: { locks: QueueLocks }): HandlerOf<typeof unlockBatchMq> {
  return (request) => {
    const { consumerGroup = '', clientId = '', mqSet } = decodeUnlockBatchRequestBody(request.body)
    locks.unlock(consumerGroup, mqSet, clientId)
    return {}
  }
}

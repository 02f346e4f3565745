import {
  decodeLockBatchRequestBody,
  encodeLockBatchResponseBody,
  type lockBatchMq,
} from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { QueueLocks } from '../clients/queue-locks.js'

/** An ordered consumer asks for its queues. Apache: AdminBrokerProcessor.lockBatchMQ. */
export function lockBatchMqHandler({ locks }: { locks: QueueLocks }): HandlerOf<typeof lockBatchMq> {
  return (request) => {
    const { consumerGroup = '', clientId = '', mqSet } = decodeLockBatchRequestBody(request.body)
    return { body: encodeLockBatchResponseBody({ lockOKMQSet: locks.lock(consumerGroup, mqSet, clientId) }) }
  }
}

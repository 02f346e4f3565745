import { type RequestFields, ResponseCode } from '@rocketeer/protocol'
import {
  ConsumeMessageDirectlyResult,
  ConsumerRunningInfo,
  checkTransactionState,
  consumeMessageDirectly,
  GetConsumerStatusBody,
  getConsumerRunningInfo,
  getConsumerStatusFromClient,
  notifyConsumerIdsChanged,
  pushReplyMessageToClient,
  ResetOffsetBody,
  resetConsumerClientOffset,
} from '@rocketeer/protocol/commands'
import { decodeRecord, encodeHost, PropertyName, parseHost } from '@rocketeer/protocol/record'
import { type Reply, type Route, route } from '@rocketeer/remoting'
import type { GroupMember } from './consuming/group-member.js'
import { Message } from './messages/received-message.js'
import type { PendingRequests } from './producing/pending-requests.js'
import type { TransactionChecks } from './producing/transaction-checks.js'
import { subscriptionDataOf } from './reading/subscription.js'

/** Requests that brokers make to clients. Apache: ClientRemotingProcessor. */
export function brokerRequestRoutes(
  consumers: ReadonlyMap<string, GroupMember>,
  transactionChecks: ReadonlyMap<string, TransactionChecks>,
  pendingRequests: PendingRequests,
): Route[] {
  return [
    route(checkTransactionState, ({ fields, body, connection }) => {
      const message = new Message(decodeRecord(body, 0), fields.bname ?? '')
      const group = message.properties[PropertyName.PRODUCER_GROUP] ?? ''
      transactionChecks.get(group)?.answer(message, fields, connection)
      return {}
    }),
    route(pushReplyMessageToClient, ({ fields, body }) => {
      const reply = replyOf(fields, body)
      const correlationId = reply.properties[PropertyName.CORRELATION_ID]
      if (correlationId !== undefined) pendingRequests.answer(correlationId, reply)
      return {}
    }),
    route(notifyConsumerIdsChanged, ({ fields }) => {
      void consumers.get(fields.consumerGroup)?.rebalance()
      return {}
    }),
    route(resetConsumerClientOffset, ({ fields, body }) => {
      const { offsetTable } = ResetOffsetBody.decode(body)
      void consumers.get(fields.group)?.resetOffsets(offsetTable)
      return {}
    }),
    route(getConsumerStatusFromClient, ({ fields }) => {
      const consumer = consumers.get(fields.group)
      if (!consumer) return notHere(fields.group)
      const offsets = consumer.backlog.filter(({ queue }) => queue.topic === fields.topic)
      const messageQueueTable = offsets.map(({ queue, commitOffset }): [typeof queue, number] => [
        queue,
        commitOffset,
      ])
      return { body: GetConsumerStatusBody.encode({ messageQueueTable, consumerTable: new Map() }) }
    }),
    route(getConsumerRunningInfo, ({ fields }) => {
      const consumer = consumers.get(fields.consumerGroup)
      return consumer ? { body: runningInfoOf(consumer) } : notHere(fields.consumerGroup)
    }),
    route(consumeMessageDirectly, async ({ fields, body }) => {
      const consumer = consumers.get(fields.consumerGroup)
      if (consumer?.handleDirectly === undefined) return notHere(fields.consumerGroup)
      const message = new Message(decodeRecord(body, 0), fields.brokerName ?? '')
      const { result, remark, elapsedMs } = await consumer.handleDirectly(message)
      return {
        body: ConsumeMessageDirectlyResult.encode({
          order: consumer.ordered,
          autoCommit: true,
          consumeResult: result,
          remark,
          spentTimeMills: Math.round(elapsedMs),
        }),
      }
    }),
  ]
}

/** Stands for a host that is not an IP address and port. */
const UNKNOWN_HOST = encodeHost('127.0.0.1', 0)

/** The reply as a message, as if it had been pulled. A reply does not say where it is stored: its offsets are 0. */
function replyOf(fields: RequestFields<typeof pushReplyMessageToClient>, body: Buffer): Message {
  const record = {
    ...fields,
    totalSize: 0,
    bodyCrc: 0,
    queueOffset: 0,
    physicalOffset: 0,
    reconsumeTimes: fields.reconsumeTimes ?? 0,
    preparedTransactionOffset: 0,
    properties: fields.properties ?? '',
    bornHost: parseHost(fields.bornHost) ?? UNKNOWN_HOST,
    storeHost: parseHost(fields.storeHost) ?? UNKNOWN_HOST,
    body,
  }
  return new Message(record, '')
}

function notHere(group: string): Reply<never> {
  return { code: ResponseCode.SYSTEM_ERROR, remark: `the consumer group "${group}" is not in this client` }
}

const BYTES_PER_MEBIBYTE = 1024 * 1024

/** Apache: DefaultMQPushConsumerImpl.consumerRunningInfo; property names from ConsumerRunningInfo. */
function runningInfoOf(consumer: GroupMember): Buffer {
  const { rates } = consumer
  return ConsumerRunningInfo.encode({
    properties: new Map([
      ['PROP_CONSUME_TYPE', consumer.consumeType],
      ['PROP_CONSUMEORDERLY', String(consumer.ordered)],
      ['PROP_THREADPOOL_CORE_SIZE', String(consumer.concurrency)],
      ['PROP_CONSUMER_START_TIMESTAMP', String(consumer.startedAt)],
    ]),
    subscriptionSet: consumer.subscriptions.map(subscriptionDataOf),
    mqTable: consumer.backlog.map(({ queue, messages, bytes, commitOffset, lastPullAt }) => [
      queue,
      {
        commitOffset,
        cachedMsgMinOffset: messages > 0 ? commitOffset : 0,
        cachedMsgMaxOffset: 0,
        cachedMsgCount: messages,
        cachedMsgSizeInMiB: Math.floor(bytes / BYTES_PER_MEBIBYTE),
        transactionMsgMinOffset: 0,
        transactionMsgMaxOffset: 0,
        transactionMsgCount: 0,
        locked: consumer.ordered,
        tryUnlockTimes: 0,
        lastLockTimestamp: 0,
        droped: false,
        lastPullTimestamp: lastPullAt,
        lastConsumeTimestamp: 0,
      },
    ]),
    mqPopTable: (consumer.popBacklog ?? []).map(({ queue, messages, lastPopAt }) => [
      queue,
      { waitAckCount: messages, droped: false, lastPopTimestamp: lastPopAt },
    ]),
    statusTable: new Map(rates && consumer.subscriptions.map(({ topic }) => [topic, rates.statusOf(topic)])),
    userConsumerInfo: new Map(),
    jstack: undefined,
  })
}

export type { SubscriptionGroupConfig } from '@rocketeer/protocol/bodies'
export type { Admin } from './admin/admin.js'
export type { BrokerAddress } from './admin/cluster.js'
export type { GroupSettings, QueueProgress } from './admin/groups.js'
export type { GroupLife, MessageCopy, MessageLife } from './admin/message-life.js'
export type { KeyQueryOptions } from './admin/message-lookup.js'
export type { MessageTrace, TraceQueryOptions } from './admin/message-traces.js'
export type { MessageRequestMode, RequestModeSettings } from './admin/request-mode.js'
export type { QueueReset } from './admin/reset-plan.js'
export type { QueueStats, TopicSettings } from './admin/topics.js'
export type { WritePermissionChange } from './admin/write-permission.js'
export type { Allocate, AllocationName } from './assignment/allocation.js'
export { allocateByConfig } from './assignment/allocation-by-config.js'
export {
  allocateByMachineRoom,
  allocateNearby,
  type MachineRoomOptions,
  type NearbyOptions,
} from './assignment/allocation-by-room.js'
export { type Client, connect } from './client.js'
export type { ClientOptions } from './client-options.js'
export type { Consumer } from './consumer.js'
export type { ConsumerOptions } from './consuming/consumer-options.js'
export type { PollOptions, PullConsumerOptions } from './consuming/pull-consumer-options.js'
export { clientErrors, type NameserverAnswer } from './errors.js'
export type { Handle, HandleBatch, HandlerContext } from './handling/handling-options.js'
export { RetryLater, type RetryLaterOptions, retryLater, toDeadLetters } from './handling/retry-later.js'
export type { MessageToSend } from './messages/outgoing.js'
export { Message } from './messages/received-message.js'
export type { PopCounts } from './popping/pop-counts.js'
export type { PoppedBacklog } from './popping/popped-queues.js'
export type { Producer } from './producing/producer.js'
export type {
  LocalTransaction,
  Transaction,
  TransactionCheck,
  TransactionOutcome,
  TransactionProducerOptions,
  TransactionReceipt,
} from './producing/transaction-options.js'
export type { TransactionProducer, TransactionSendOptions } from './producing/transaction-producer.js'
export type { PullConsumer } from './pull-consumer.js'
export type { PullOptions, PullResult, PullStatus } from './pulling/pull.js'
export type { QueueBacklog } from './pulling/pulled-queues.js'
export { SqlExpression, type SqlValue, sql } from './reading/sql.js'
export { compareQueues, type MessageQueue, queueKey } from './routing/message-queue.js'
export {
  type BatchReceipt,
  type ProducerOptions,
  type QueueSelector,
  type SendOptions,
  type SendReceipt,
  type SendStatus,
  toSendAgain,
} from './sending/producer-options.js'
export type { TraceOptions } from './trace/trace-options.js'

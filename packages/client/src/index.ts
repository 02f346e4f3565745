export type { FileSystem } from '@rocketeer/files'
export {
  type Clock,
  type DescribeWork,
  type ErrorCode,
  type ErrorDetails,
  type ErrorTables,
  type Hold,
  isRocketeerError,
  ManualClock,
  type ManualClockOptions,
  RocketeerError,
  type Timer,
  type WorkInFlight,
} from '@rocketeer/foundation'
export type { TraceEntry } from '@rocketeer/protocol'
export type { SubscriptionGroupConfig, TopicRouteData } from '@rocketeer/protocol/bodies'
export type { ConsumerConnection } from '@rocketeer/protocol/commands'
export type { FailedAttempt, FailureHistory, TopicMessageType } from '@rocketeer/protocol/record'
export type { Admin } from './admin/admin.js'
export type { BrokerFigures, ConfigDifference, PendingMessages } from './admin/broker-status.js'
export type { BrokersAdmin, OptionChange, WritePermissionChange } from './admin/brokers.js'
export type { BrokerAddress, BrokerChoice } from './admin/cluster.js'
export type { DeadLetter } from './admin/dead-letter.js'
export type { DeadLetterCause, DeadLetterCauses } from './admin/dead-letter-causes.js'
export type {
  DeadLetterCausesOptions,
  DeadLetterPage,
  DeadLetterPageOptions,
  DeadLetterQuery,
  DeadLettersAdmin,
} from './admin/dead-letters.js'
export type {
  GroupDeadLetters,
  GroupFailures,
  GroupLag,
  GroupProgress,
  GroupRetries,
  QueueProgress,
  TopicLag,
} from './admin/group-progress.js'
export type { GroupSettings } from './admin/group-settings.js'
export type { GroupsAdmin, MessageRequestMode, RequestModeSettings } from './admin/groups.js'
export type { KeyQueryOptions } from './admin/message-index.js'
export type { GroupLife, MessageCopy, MessageLife } from './admin/message-life.js'
export type { MessagesAdmin, MessageTrace, TraceQueryOptions } from './admin/messages.js'
export type { CopyOptions, OffsetsAdmin, QueueOffset, QueueReset, ResetTarget } from './admin/offsets.js'
export type { OrderQueuesAdmin } from './admin/order-queues.js'
export type { RecordBytes } from './admin/record-bytes.js'
export type { QueueStats, TopicChange, TopicQueues, TopicSettings, TopicsAdmin } from './admin/topics.js'
export type { Undelivered } from './admin/undelivered.js'
export type { Properties } from './admin/waiting-messages.js'
export type { Allocate, AllocationName } from './assignment/allocation.js'
export { allocateByConfig } from './assignment/allocation-by-config.js'
export {
  allocateByMachineRoom,
  allocateNearby,
  type MachineRoomOptions,
  type NearbyOptions,
} from './assignment/allocation-by-room.js'
export type { AssignmentOptions } from './assignment/assignment-options.js'
export type { TracedHandling, TracedSend } from './channels.js'
export { type Client, type ClientEvents, connect } from './client.js'
export type { ClientOptions } from './client-options.js'
export type { Consumer } from './consumer.js'
export type { ConsumerOptions, SubscriptionOptions } from './consuming/consumer-options.js'
export type { ConsumerEvents } from './consuming/member.js'
export type { PollOptions, PullConsumerOptions } from './consuming/pull-consumer-options.js'
export type { NameserverAnswer } from './errors.js'
export type { DescribeFailure, FailureHistoryOptions } from './handling/failure-history-options.js'
export type { DescribedError } from './handling/failure-text.js'
export type {
  Handle,
  HandleBatch,
  HandleBatches,
  HandleEach,
  HandlerContext,
  HandlingLimits,
  HandlingOptions,
} from './handling/handling-options.js'
export { type Postponed, type PostponeOptions, postpone } from './handling/postpone.js'
export { type RetryLater, type RetryLaterOptions, retryLater, toDeadLetters } from './handling/retry-later.js'
export { dropFromJournal, type JournalDrop } from './journal/drop-from-journal.js'
export type { JournalOptions } from './journal/journal-options.js'
export {
  type JournaledMessage,
  type JournalReport,
  type ReadJournalOptions,
  readJournal,
  verifyJournal,
} from './journal/read-journal.js'
export type { JournalRefusal } from './journal/record.js'
export type { Journal } from './journaling/journal.js'
export type { JournalStatus } from './journaling/journal-status.js'
export { failuresOf, lastErrorOf } from './messages/failures.js'
export {
  type AfterDelay,
  type AtDelayLevel,
  type AtTime,
  checkMessage,
  type DeliveryTime,
  type MessageContent,
  type MessageToSend,
} from './messages/outgoing.js'
export type { Message } from './messages/received-message.js'
export { createMessageId } from './messages/unique-id.js'
export type { PopCounts } from './popping/pop-outcomes.js'
export type { PoppedBacklog } from './popping/popped-queues.js'
export type { PoppingOptions } from './popping/popping-options.js'
export type { ProblemSource } from './problems.js'
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
export type { ModeOptions, PullingOptions } from './pulling/pulling-options.js'
export type { ReadingOptions, Subscribe } from './reading/reading-options.js'
export { type SqlExpression, type SqlValue, sql } from './reading/sql.js'
export { type MessageQueue, queueKey } from './routing/message-queue.js'
export {
  type BatchReceipt,
  type BatchReceiptOf,
  type JournaledBatchReceipt,
  type JournaledReceipt,
  type JournalingProducerOptions,
  type ProducerOptions,
  type QueueSelector,
  type ReceiptOf,
  type SendOptions,
  type SendReceipt,
  type SendStatus,
  toSendAgain,
} from './sending/producer-options.js'
export { type SendFailure, sendFailureOf } from './sending/send-failure.js'
export type { TraceOptions } from './trace/trace-options.js'
export {
  defineTopic,
  type HandleValue,
  type TypedMessageOptions,
  type TypedTopic,
  type TypedTopicOptions,
} from './typed-topic.js'

import { SubscriptionData } from '../bodies/groups.js'
import { body } from '../body/body.js'
import { flag, integer, list, mapOf, nullable, object, string, type ValueOf } from '../body/shape.js'
import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { boolean, optional, text } from '../command/field.js'

/**
 * A client names its producer and consumer groups; the body is HeartbeatData. The response's fields tell V2
 * heartbeats whether the broker knows the subscriptions already. Apache: HeartbeatRequestHeader.
 */
export const heartBeat = defineCommand({
  code: RequestCode.HEART_BEAT,
  response: {
    isSupportHeartbeatV2: optional(boolean({ wire: 'IS_SUPPORT_HEART_BEAT_V2' })),
    isSubChange: optional(boolean({ wire: 'IS_SUB_CHANGE' })),
    /** Of our brokers alone: they take `failureHistory` with a message that is given back. */
    keepsFailureHistory: optional(boolean()),
  },
})

/** A producer group of a client. Apache: ProducerData. */
export const ProducerData = object({
  groupName: string(),
})
export type ProducerData = ValueOf<typeof ProducerData>

/**
 * A consumer group of a client: CONSUME_PASSIVELY (push) or CONSUME_ACTIVELY, CLUSTERING or BROADCASTING,
 * CONSUME_FROM_LAST_OFFSET and its kin. Apache: ConsumerData.
 */
export const ConsumerData = object({
  groupName: string(),
  consumeType: nullable(string()),
  messageModel: nullable(string()),
  consumeFromWhere: nullable(string()),
  subscriptionDataSet: list(SubscriptionData),
  unitMode: flag(),
})
export type ConsumerData = ValueOf<typeof ConsumerData>

/**
 * What a client tells every broker every 30 s. With `withoutSub` it has no subscriptions and stands for those with its
 * `heartbeatFingerprint`. Apache: HeartbeatData.
 */
export const HeartbeatData = body('HeartbeatData', {
  clientID: string(),
  producerDataSet: list(ProducerData),
  consumerDataSet: list(ConsumerData),
  heartbeatFingerprint: integer(),
  withoutSub: flag(),
})
export type HeartbeatData = ValueOf<typeof HeartbeatData>

/** A client leaves a producer or a consumer group. Apache: UnregisterClientRequestHeader. */
export const unregisterClient = defineCommand({
  code: RequestCode.UNREGISTER_CLIENT,
  request: {
    clientID: text(),
    producerGroup: optional(text()),
    consumerGroup: optional(text()),
  },
})

/** The broker tells a consumer that its group has changed. One-way. Apache: NotifyConsumerIdsChangedRequestHeader. */
export const notifyConsumerIdsChanged = defineCommand({
  code: RequestCode.NOTIFY_CONSUMER_IDS_CHANGED,
  request: {
    consumerGroup: text(),
  },
})

/**
 * Asks whether the broker can compile a filter expression; everything is in the body. Apache:
 * CheckClientRequestBody.
 */
export const checkClientConfig = defineCommand({
  code: RequestCode.CHECK_CLIENT_CONFIG,
})

/** A filter expression for the broker to compile on trial. Apache: CheckClientRequestBody. */
export const CheckClientRequestBody = body('CheckClientRequestBody', {
  clientId: nullable(string()),
  group: nullable(string()),
  subscriptionData: nullable(SubscriptionData),
  namespace: nullable(string()),
})
export type CheckClientRequestBody = ValueOf<typeof CheckClientRequestBody>

/** One client; `language` is a name of LanguageCode. Apache: Connection. */
export const ConnectionInfo = object({
  clientId: nullable(string()),
  clientAddr: nullable(string()),
  language: nullable(string()),
  version: integer(),
})
export type ConnectionInfo = ValueOf<typeof ConnectionInfo>

/** Who is in a consumer group; the body is a ConsumerConnection. Apache: GetConsumerConnectionListRequestHeader. */
export const getConsumerConnectionList = defineCommand({
  code: RequestCode.GET_CONSUMER_CONNECTION_LIST,
  request: {
    consumerGroup: text(),
  },
})

/** Who is in a consumer group and what it subscribes. Apache: ConsumerConnection. */
export const ConsumerConnection = body('ConsumerConnection', {
  connectionSet: list(ConnectionInfo),
  subscriptionTable: mapOf(string(), SubscriptionData),
  consumeType: nullable(string()),
  messageModel: nullable(string()),
  consumeFromWhere: nullable(string()),
})
export type ConsumerConnection = ValueOf<typeof ConsumerConnection>

/** Who is in a producer group; the body is a ProducerConnection. Apache: GetProducerConnectionListRequestHeader. */
export const getProducerConnectionList = defineCommand({
  code: RequestCode.GET_PRODUCER_CONNECTION_LIST,
  request: {
    producerGroup: text(),
  },
})

/** Who is in a producer group. Apache: ProducerConnection. */
export const ProducerConnection = body('ProducerConnection', {
  connectionSet: list(ConnectionInfo),
})
export type ProducerConnection = ValueOf<typeof ProducerConnection>

/** Every producer of a broker; the body is a ProducerTableInfo. Apache: GetAllProducerInfoRequestHeader. */
export const getAllProducerInfo = defineCommand({
  code: RequestCode.GET_ALL_PRODUCER_INFO,
})

/** One producer. Apache: ProducerInfo. */
export const ProducerInfo = object({
  clientId: nullable(string()),
  remoteIP: nullable(string()),
  language: nullable(string()),
  version: integer(),
  lastUpdateTimestamp: integer(),
})
export type ProducerInfo = ValueOf<typeof ProducerInfo>

/** Every producer of a broker by group. Apache: ProducerTableInfo. */
export const ProducerTableInfo = body('ProducerTableInfo', {
  data: mapOf(string(), list(ProducerInfo)),
})
export type ProducerTableInfo = ValueOf<typeof ProducerTableInfo>

import { subscriptionDataShape } from '../bodies/groups.js'
import { bodyOf, flag, integer, list, mapOf, nullable, object, string, type ValueOf } from '../body/shape.js'
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
  },
})

export const producerDataShape = object({
  groupName: string(),
})

/** A producer group of a client. Apache: ProducerData. */
export type ProducerData = ValueOf<typeof producerDataShape>

export const consumerDataShape = object({
  groupName: string(),
  consumeType: nullable(string()),
  messageModel: nullable(string()),
  consumeFromWhere: nullable(string()),
  subscriptionDataSet: list(subscriptionDataShape),
  unitMode: flag(),
})

/**
 * A consumer group of a client: CONSUME_PASSIVELY (push) or CONSUME_ACTIVELY, CLUSTERING or BROADCASTING,
 * CONSUME_FROM_LAST_OFFSET and its kin. Apache: ConsumerData.
 */
export type ConsumerData = ValueOf<typeof consumerDataShape>

export const heartbeatDataShape = object({
  clientID: string(),
  producerDataSet: list(producerDataShape),
  consumerDataSet: list(consumerDataShape),
  heartbeatFingerprint: integer(),
  withoutSub: flag(),
})

/**
 * What a client tells every broker every 30 s. With `withoutSub` it stands for the subscriptions whose
 * `heartbeatFingerprint` it names. Apache: HeartbeatData.
 */
export type HeartbeatData = ValueOf<typeof heartbeatDataShape>

export const { encode: encodeHeartbeatData, decode: decodeHeartbeatData } = bodyOf(
  'HeartbeatData',
  heartbeatDataShape,
)

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

export const checkClientRequestBodyShape = object({
  clientId: nullable(string()),
  group: nullable(string()),
  subscriptionData: nullable(subscriptionDataShape),
  namespace: nullable(string()),
})

/** A filter expression to be compiled on trial. Apache: CheckClientRequestBody. */
export type CheckClientRequestBody = ValueOf<typeof checkClientRequestBodyShape>

export const { encode: encodeCheckClientRequestBody, decode: decodeCheckClientRequestBody } = bodyOf(
  'CheckClientRequestBody',
  checkClientRequestBodyShape,
)

export const connectionShape = object({
  clientId: nullable(string()),
  clientAddr: nullable(string()),
  language: nullable(string()),
  version: integer(),
})

/** One client; `language` is a name of LanguageCode. Apache: Connection. */
export type ConnectionInfo = ValueOf<typeof connectionShape>

/** Who is in a consumer group; the body is a ConsumerConnection. Apache: GetConsumerConnectionListRequestHeader. */
export const getConsumerConnectionList = defineCommand({
  code: RequestCode.GET_CONSUMER_CONNECTION_LIST,
  request: {
    consumerGroup: text(),
  },
})

export const consumerConnectionShape = object({
  connectionSet: list(connectionShape),
  subscriptionTable: mapOf(string(), subscriptionDataShape),
  consumeType: nullable(string()),
  messageModel: nullable(string()),
  consumeFromWhere: nullable(string()),
})

/** Who is in a consumer group and what it subscribes. Apache: ConsumerConnection. */
export type ConsumerConnection = ValueOf<typeof consumerConnectionShape>

export const { encode: encodeConsumerConnection, decode: decodeConsumerConnection } = bodyOf(
  'ConsumerConnection',
  consumerConnectionShape,
)

/** Who is in a producer group; the body is a ProducerConnection. Apache: GetProducerConnectionListRequestHeader. */
export const getProducerConnectionList = defineCommand({
  code: RequestCode.GET_PRODUCER_CONNECTION_LIST,
  request: {
    producerGroup: text(),
  },
})

export const producerConnectionShape = object({
  connectionSet: list(connectionShape),
})

/** Who is in a producer group. Apache: ProducerConnection. */
export type ProducerConnection = ValueOf<typeof producerConnectionShape>

export const { encode: encodeProducerConnection, decode: decodeProducerConnection } = bodyOf(
  'ProducerConnection',
  producerConnectionShape,
)

/** Every producer of a broker; the body is a ProducerTableInfo. Apache: GetAllProducerInfoRequestHeader. */
export const getAllProducerInfo = defineCommand({
  code: RequestCode.GET_ALL_PRODUCER_INFO,
})

export const producerInfoShape = object({
  clientId: nullable(string()),
  remoteIP: nullable(string()),
  language: nullable(string()),
  version: integer(),
  lastUpdateTimestamp: integer(),
})

/** One producer. Apache: ProducerInfo. */
export type ProducerInfo = ValueOf<typeof producerInfoShape>

export const producerTableInfoShape = object({
  data: mapOf(string(), list(producerInfoShape)),
})

/** Every producer of a broker by group. Apache: ProducerTableInfo. */
export type ProducerTableInfo = ValueOf<typeof producerTableInfoShape>

export const { encode: encodeProducerTableInfo, decode: decodeProducerTableInfo } = bodyOf(
  'ProducerTableInfo',
  producerTableInfoShape,
)

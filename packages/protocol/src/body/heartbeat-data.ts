import { bodyOf, flag, integer, list, object, optional, text, type ValueOf } from './shape.js'
import { subscriptionDataShape } from './subscription-data.js'

export const producerDataShape = object({
  groupName: text(),
})

/** A producer group of a client. Apache: ProducerData. */
export type ProducerData = ValueOf<typeof producerDataShape>

export const consumerDataShape = object({
  groupName: text(),
  consumeType: optional(text()),
  messageModel: optional(text()),
  consumeFromWhere: optional(text()),
  subscriptionDataSet: list(subscriptionDataShape),
  unitMode: flag(),
})

/**
 * A consumer group of a client: CONSUME_PASSIVELY (push) or CONSUME_ACTIVELY, CLUSTERING or BROADCASTING,
 * CONSUME_FROM_LAST_OFFSET and its kin. Apache: ConsumerData.
 */
export type ConsumerData = ValueOf<typeof consumerDataShape>

export const heartbeatDataShape = object({
  clientID: text(),
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

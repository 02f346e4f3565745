import { connectionShape } from './connection-info.js'
import { bodyOf, list, mapOf, object, optional, text, type ValueOf } from './shape.js'
import { subscriptionDataShape } from './subscription-data.js'

export const consumerConnectionShape = object({
  connectionSet: list(connectionShape),
  subscriptionTable: mapOf(text(), subscriptionDataShape),
  consumeType: optional(text()),
  messageModel: optional(text()),
  consumeFromWhere: optional(text()),
})

/** Who is in a consumer group and what it subscribes. Apache: ConsumerConnection. */
export type ConsumerConnection = ValueOf<typeof consumerConnectionShape>

export const { encode: encodeConsumerConnection, decode: decodeConsumerConnection } = bodyOf(
  'ConsumerConnection',
  consumerConnectionShape,
)

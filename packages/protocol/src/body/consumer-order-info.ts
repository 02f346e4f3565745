import { bodyOf, integer, list, mapOf, object, optional, text, type ValueOf } from './shape.js'

export const orderInfoShape = object({
  popTime: integer(),
  i: integer(),
  o: list(integer()),
  ot: mapOf(integer(), integer()),
  oc: mapOf(integer(), integer()),
  l: integer(),
  cm: integer(),
  a: optional(text()),
})

/**
 * What of a queue was popped in order last; letters as on disk: i invisible time, o offsets (the first absolute, the
 * others relative to it), ot offset → time at which it may be popped again, oc offset → how often it was popped before,
 * l time of the pop, cm bits of the acknowledged ones, a attempt id. Apache: QueueLevelConsumerManager.OrderInfo.
 */
export type OrderInfo = ValueOf<typeof orderInfoShape>

export const consumerOrderInfoShape = object({ table: mapOf(text(), mapOf(integer(), orderInfoShape)) })

/** `topic@group` → queue id → what was popped in order last; the file consumerOrderInfo.json. */
export type ConsumerOrderInfo = ValueOf<typeof consumerOrderInfoShape>

export const { encode: encodeConsumerOrderInfo, decode: decodeConsumerOrderInfo } = bodyOf(
  'ConsumerOrderInfo',
  consumerOrderInfoShape,
)

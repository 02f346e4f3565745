import { bodyOf, flag, integer, list, object, optional, text, type ValueOf } from './shape.js'

export const subscriptionDataShape = object({
  classFilterMode: flag(),
  topic: text(),
  subString: optional(text()),
  tagsSet: list(text()),
  codeSet: list(integer()),
  subVersion: integer(),
  expressionType: optional(text()),
})

/**
 * What a consumer subscribes of one topic; `codeSet` are the Java hash codes of the tags. Apache:
 * SubscriptionData.
 */
export type SubscriptionData = ValueOf<typeof subscriptionDataShape>

export const { encode: encodeSubscriptionData, decode: decodeSubscriptionData } = bodyOf(
  'SubscriptionData',
  subscriptionDataShape,
)

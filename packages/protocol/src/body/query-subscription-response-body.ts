import { bodyOf, object, optional, text, type ValueOf } from './shape.js'
import { subscriptionDataShape } from './subscription-data.js'

export const querySubscriptionResponseBodyShape = object({
  subscriptionData: optional(subscriptionDataShape),
  group: optional(text()),
  topic: optional(text()),
})

/** What a group subscribes of a topic. Apache: QuerySubscriptionResponseBody. */
export type QuerySubscriptionResponseBody = ValueOf<typeof querySubscriptionResponseBodyShape>

export const { encode: encodeQuerySubscriptionResponseBody, decode: decodeQuerySubscriptionResponseBody } =
  bodyOf('QuerySubscriptionResponseBody', querySubscriptionResponseBodyShape)

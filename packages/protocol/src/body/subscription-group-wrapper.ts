import { dataVersionShape } from './data-version.js'
import { bodyOf, integer, mapOf, object, text, type ValueOf } from './shape.js'
import { subscriptionGroupConfigShape } from './subscription-group-config.js'

export const subscriptionGroupWrapperShape = object({
  subscriptionGroupTable: mapOf(text(), subscriptionGroupConfigShape),
  forbiddenTable: mapOf(text(), mapOf(text(), integer())),
  dataVersion: dataVersionShape,
})

/** All groups of a broker; also the shape of subscriptionGroup.json. Apache: SubscriptionGroupWrapper. */
export type SubscriptionGroupWrapper = ValueOf<typeof subscriptionGroupWrapperShape>

export const { encode: encodeSubscriptionGroupWrapper, decode: decodeSubscriptionGroupWrapper } = bodyOf(
  'SubscriptionGroupWrapper',
  subscriptionGroupWrapperShape,
)

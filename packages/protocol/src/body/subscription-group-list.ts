import { bodyOf, list, object, type ValueOf } from './shape.js'
import { subscriptionGroupConfigShape } from './subscription-group-config.js'

export const subscriptionGroupListShape = object({
  groupConfigList: list(subscriptionGroupConfigShape),
})

/** Groups to be created together. Apache: SubscriptionGroupList. */
export type SubscriptionGroupList = ValueOf<typeof subscriptionGroupListShape>

export const { encode: encodeSubscriptionGroupList, decode: decodeSubscriptionGroupList } = bodyOf(
  'SubscriptionGroupList',
  subscriptionGroupListShape,
)

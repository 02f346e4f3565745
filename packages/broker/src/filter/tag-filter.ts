import { javaHashCode } from '@rocketeer/protocol'
import type { SubscriptionData } from '@rocketeer/protocol/bodies'

/** Decides by the hash of a message's tag; consumers compare the tags themselves afterwards. */
export type TagFilter = (tagsCode: number) => boolean

const SUBSCRIBE_ALL = '*'

/** Filters are asked for with every pull, and a subscription is the same object between two heartbeats. */
const filters = new WeakMap<SubscriptionData, TagFilter>()

/** Whether the expression is one of tags, not of SQL92. Apache: ExpressionType.isTagType. */
export function isTagExpression(expressionType: string | undefined): boolean {
  return expressionType === undefined || expressionType === '' || expressionType === 'TAG'
}

/** `undefined`: everything matches. Apache: ExpressionMessageFilter.isMatchedByConsumeQueue. */
export function tagFilterOf(subscription: SubscriptionData): TagFilter | undefined {
  const { subString, classFilterMode } = subscription
  if (classFilterMode || subString === undefined || subString === SUBSCRIBE_ALL) return undefined
  let filter = filters.get(subscription)
  if (filter === undefined) {
    const codes = new Set(subscription.codeSet)
    filter = (tagsCode) => codes.has(tagsCode)
    filters.set(subscription, filter)
  }
  return filter
}

/**
 * The subscription a pull request brings along: `*`, or tags with `||` between them. Apache: FilterAPI.build.
 * `undefined` when it is an expression of another type without text.
 */
export function subscriptionOf(
  topic: string,
  expression: string | undefined,
  expressionType: string | undefined,
): SubscriptionData | undefined {
  const subscription = {
    topic,
    classFilterMode: false,
    subString: expression || SUBSCRIBE_ALL,
    tagsSet: [] as string[],
    codeSet: [] as number[],
    subVersion: 0,
    expressionType: expressionType ?? 'TAG',
  }
  if (!isTagExpression(expressionType)) return expression ? subscription : undefined
  if (subscription.subString === SUBSCRIBE_ALL) return subscription
  subscription.tagsSet = subscription.subString
    .split('||')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '')
  if (subscription.tagsSet.length === 0) return undefined
  subscription.codeSet = subscription.tagsSet.map(javaHashCode)
  return subscription
}

import { retryTopicOf } from '@rocketeer/protocol'
import type { SubscriptionData } from '@rocketeer/protocol/bodies'
import type { ConsumerData } from '@rocketeer/protocol/commands'

/** How the members of a group consume, as every heartbeat says. */
export type ConsumeSettings = Pick<ConsumerData, 'consumeType' | 'messageModel' | 'consumeFromWhere'>

/** What one member of a consumer group consumes, and how. */
export interface Consumption {
  readonly settings: ConsumeSettings
  /** Undefined until a heartbeat brings them. */
  readonly subscriptions: readonly SubscriptionData[] | undefined
}

/** One thing two members do differently. */
export interface ConsumptionDifference {
  /** `consumeType`, `messageModel` or `topic …`. */
  readonly what: string
  readonly one: string
  readonly other: string
}

/** Characters of an expression that a warning shows. */
const SHOWN_MAX = 120

/**
 * What two members of `group` do differently. They need to agree on everything but where a new group begins: the queues
 * are shared out among all members, and brokers keep the latest subscription for all.
 */
export function differencesOf(group: string, one: Consumption, other: Consumption): ConsumptionDifference[] {
  const differences: ConsumptionDifference[] = []
  for (const what of ['consumeType', 'messageModel'] as const) {
    const [mine, theirs] = [one.settings[what], other.settings[what]]
    if (mine !== theirs) differences.push({ what, one: String(mine), other: String(theirs) })
  }
  if (one.subscriptions === undefined || other.subscriptions === undefined) return differences
  const ofOne = byTopic(group, one.subscriptions)
  const ofOther = byTopic(group, other.subscriptions)
  for (const topic of new Set([...ofOne.keys(), ...ofOther.keys()])) {
    const [mine, theirs] = [ofOne.get(topic), ofOther.get(topic)]
    if (normalized(mine) === normalized(theirs)) continue
    differences.push({ what: `topic ${topic}`, one: shown(mine), other: shown(theirs) })
  }
  return differences
}

/** Clustering consumers subscribe to their retry topic, others do not; their message model tells as much. */
function byTopic(group: string, subscriptions: readonly SubscriptionData[]): Map<string, SubscriptionData> {
  const retryTopic = retryTopicOf(group)
  const others = subscriptions.filter(({ topic }) => topic !== retryTopic)
  return new Map(others.map((subscription) => [subscription.topic, subscription]))
}

/** The order of tags does not matter. */
function normalized(subscription: SubscriptionData | undefined): string | undefined {
  if (subscription === undefined) return undefined
  const { expressionType, subString = '*' } = subscription
  if (expressionType && expressionType !== 'TAG') return `${expressionType} ${subString}`
  const tags = subString.split('||').map((tag) => tag.trim())
  return `TAG ${[...new Set(tags)].sort().join('||') || '*'}`
}

function shown(subscription: SubscriptionData | undefined): string {
  if (subscription === undefined) return 'not subscribed'
  const { expressionType, subString = '*' } = subscription
  const kind = expressionType && expressionType !== 'TAG' ? `${expressionType} ` : ''
  const text = subString.length > SHOWN_MAX ? `${subString.slice(0, SHOWN_MAX)}…` : subString
  return `${kind}"${text}"`
}

import { javaHashCode, retryTopicOf } from '@rocketeer/protocol'
import type { SubscriptionData } from '@rocketeer/protocol/bodies'
import { clientErrors } from '../errors.js'
import { describe } from '../messages/field-checks.js'
import { checkTopic } from '../messages/names.js'
import type { Subscribe } from './reading-options.js'
import { SqlExpression } from './sql.js'

/** What a consumer wants of one topic. Apache: SubscriptionData, FilterAPI.buildSubscriptionData. */
export interface Subscription {
  readonly topic: string
  /** `*`, tags joined by `||`, or a SQL92 condition. */
  readonly expression: string
  readonly expressionType: 'TAG' | 'SQL92'
  /** Empty means every message. */
  readonly tags: ReadonlySet<string>
  /** Java's hash codes of the tags: brokers keep only these. */
  readonly tagCodes: readonly number[]
  /** Brokers keep the newest one of a group. Milliseconds since the epoch. */
  readonly version: number
}

export function subscriptionOf(
  topic: string,
  expression: string | SqlExpression,
  version: number,
): Subscription {
  checkTopic(topic)
  if (expression instanceof SqlExpression) {
    const { text } = expression
    return { topic, expression: text, expressionType: 'SQL92', tags: new Set(), tagCodes: [], version }
  }
  if (typeof expression !== 'string') {
    const problem = `its expression is ${describe(expression)}; tags such as "a || b", "*" or sql(…) are needed`
    throw clientErrors.TOPIC_INVALID({ topic, problem })
  }
  const trimmed = expression.trim()
  const tags = new Set(trimmed === '*' || trimmed === '' ? [] : splitTags(topic, trimmed))
  return {
    topic,
    expression: tags.size === 0 ? '*' : trimmed,
    expressionType: 'TAG',
    tags,
    tagCodes: [...tags].map(javaHashCode),
    version,
  }
}

/** The subscriptions by topic, the group's own retry topic among them unless it broadcasts, which has no retries. */
export function subscriptionsOf(
  { subscribe, group, mode }: { subscribe: Subscribe; group: string; mode: 'clustering' | 'broadcasting' },
  version: number,
): Map<string, Subscription> {
  const wanted: Subscribe = mode === 'broadcasting' ? subscribe : { ...subscribe, [retryTopicOf(group)]: '*' }
  return new Map(
    Object.entries(wanted).map(([topic, expression]) => [topic, subscriptionOf(topic, expression, version)]),
  )
}

/** A text that is the same for the same subscriptions: `orders: a || b, refunds: *`. */
export function subscriptionsText(subscriptions: readonly Subscription[]): string {
  const texts = subscriptions.map(({ topic, expression, tags }) => {
    return `${topic}: ${tags.size > 0 ? [...tags].sort().join(' || ') : expression}`
  })
  return texts.sort().join(', ')
}

/** A subscription as heartbeats tell it to brokers. */
export function subscriptionDataOf(subscription: Subscription): SubscriptionData {
  return {
    classFilterMode: false,
    topic: subscription.topic,
    subString: subscription.expression,
    tagsSet: [...subscription.tags],
    codeSet: [...subscription.tagCodes],
    subVersion: subscription.version,
    expressionType: subscription.expressionType,
  }
}

/** Different tags can have one hash, so the broker's choice is checked again here. */
export function wants(subscription: Subscription, tag: string | undefined): boolean {
  return subscription.tags.size === 0 || (tag !== undefined && subscription.tags.has(tag))
}

function splitTags(topic: string, expression: string): string[] {
  const tags = expression
    .split('||')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '')
  const problem =
    tags.length === 0
      ? `its expression "${expression}" names no tag`
      : tags.includes('*')
        ? `its expression "${expression}" has "*" among tags; alone it stands for all of them`
        : undefined
  if (problem !== undefined) throw clientErrors.TOPIC_INVALID({ topic, problem })
  return tags
}

import { RETRY_TOPIC_PREFIX } from '@rocketeer/protocol'
import type { SubscriptionData } from '@rocketeer/protocol/bodies'
import { findProperty, PropertyName, recordProperties } from '@rocketeer/protocol/record'
import type { MessageFilter } from '@rocketeer/store'
import { refusals } from '../errors.js'
import type { LiveConfig } from '../options/live-config.js'
import type { Condition } from './sql/compile.js'
import { sqlCondition } from './sql-condition.js'
import { isTagExpression, tagFilterOf } from './tag-filter.js'

/** Apache: ExpressionType.SQL92. */
const SQL92 = 'SQL92'

/**
 * The filter of a subscription. Throws SQL_EXPRESSION_INVALID, or EXPRESSION_TYPE_UNKNOWN. Apache: ExpressionMessageFilter.
 */
export function messageFilterOf(subscription: SubscriptionData): MessageFilter {
  const { classFilterMode, expressionType, subString } = subscription
  if (isTagExpression(expressionType)) return { accepts: tagFilterOf(subscription) }
  if (expressionType !== SQL92)
    throw refusals.EXPRESSION_TYPE_UNKNOWN({ expressionType: expressionType ?? '' })
  const condition = sqlCondition(subString ?? '')
  if (classFilterMode) return {}
  return { acceptsRecord: (buffer, position) => holds(condition, recordProperties(buffer, position)) }
}

/**
 * Filtering by properties can be switched off, because every record has to be read for it. Throws
 * `PROPERTY_FILTER_DISABLED`.
 */
export function checkPropertyFilter({ current }: LiveConfig, { expressionType }: SubscriptionData): void {
  if (current.allowSqlFilters || isTagExpression(expressionType)) return
  throw refusals.PROPERTY_FILTER_DISABLED({ expressionType })
}

/**
 * The filter for a group's retry topic: each message must match what the group subscribes of the topic the message
 * comes from, as the subscription may have changed since it failed. Apache: ExpressionForRetryMessageFilter.
 */
export function retryFilterOf(
  subscriptionTo: (topic: string) => SubscriptionData | undefined,
): MessageFilter {
  return {
    acceptsRecord: (buffer, position) => {
      const properties = recordProperties(buffer, position)
      const subscription = subscriptionTo(findProperty(properties, PropertyName.RETRY_TOPIC) ?? '')
      if (subscription === undefined || isTagExpression(subscription.expressionType)) return true
      return holds(sqlCondition(subscription.subString ?? ''), properties)
    },
  }
}

export function isRetryTopic(topic: string): boolean {
  return topic.startsWith(RETRY_TOPIC_PREFIX)
}

/** A property with an empty value is none: Apache loses it when it reads the record (string2messageProperties). */
function holds(condition: Condition, properties: string): boolean {
  return condition((name) => findProperty(properties, name) || undefined) === true
}

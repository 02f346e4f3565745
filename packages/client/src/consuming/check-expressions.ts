import { ResponseCode } from '@rocketeer/protocol'
import { CheckClientRequestBody, checkClientConfig } from '@rocketeer/protocol/commands'
import { clientErrors } from '../errors.js'
import type { Problems } from '../problems.js'
import { type Subscription, subscriptionDataOf } from '../reading/subscription.js'
import type { Brokers } from '../routing/brokers.js'
import type { RouteCache } from '../routing/route-cache.js'

interface CheckNeeds {
  readonly group: string
  readonly clientId: string
  readonly brokers: Brokers
  readonly routes: RouteCache
  readonly problems: Problems
}

/** How Apache's broker and ours both tell the place of a mistake. */
const PLACE = /line (\d+), column (\d+)/

/**
 * Asks one broker of each topic to compile the topic's SQL92 expression. Throws `SUBSCRIPTION_INVALID`, or
 * `FILTER_UNSUPPORTED` where the broker does not filter by properties; a broker that cannot be reached is reported, and
 * then refuses the pulls of a wrong expression. Apache: MQClientInstance.checkClientInBroker.
 */
export async function checkExpressions(
  subscriptions: readonly Subscription[],
  needs: CheckNeeds,
): Promise<void> {
  const expressions = subscriptions.filter(({ expressionType }) => expressionType === 'SQL92')
  await Promise.all(expressions.map((subscription) => check(subscription, needs)))
}

async function check(subscription: Subscription, needs: CheckNeeds): Promise<void> {
  const { topic, expression } = subscription
  const answer = await ask(subscription, needs)
  if (answer === undefined || answer.code === ResponseCode.SUCCESS) return
  const reason = answer.remark ?? ''
  if (answer.code !== ResponseCode.SUBSCRIPTION_PARSE_FAILED)
    throw clientErrors.FILTER_UNSUPPORTED({ topic, brokerName: answer.brokerName, reason })
  const place = PLACE.exec(reason)
  throw clientErrors.SUBSCRIPTION_INVALID({
    topic,
    expression,
    reason,
    line: place ? Number(place[1]) : undefined,
    column: place ? Number(place[2]) : undefined,
  })
}

async function ask(subscription: Subscription, { group, clientId, brokers, routes, problems }: CheckNeeds) {
  const body = CheckClientRequestBody.encode({
    clientId,
    group,
    subscriptionData: subscriptionDataOf(subscription),
    namespace: undefined,
  })
  try {
    const brokerName = (await routes.find(subscription.topic))?.brokerNames[0]
    if (brokerName === undefined) return undefined
    const accept = [ResponseCode.SUBSCRIPTION_PARSE_FAILED, ResponseCode.SYSTEM_ERROR]
    const { code, remark } = await brokers.call(brokerName, checkClientConfig, {}, { body, accept })
    return { code, remark, brokerName }
  } catch (error) {
    problems.report(error, { topic: subscription.topic })
    return undefined
  }
}

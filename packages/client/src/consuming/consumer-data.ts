import type { ConsumerData } from '@rocketeer/protocol/commands'
import { type Subscription, subscriptionDataOf } from '../reading/subscription.js'
import type { ConsumerConfig } from './consumer-options.js'

interface Described {
  group: string
  consumeType: 'CONSUME_PASSIVELY' | 'CONSUME_ACTIVELY'
  mode: ConsumerConfig['mode']
  startFrom: ConsumerConfig['startFrom']
  subscriptions: readonly Subscription[]
}

/** What heartbeats say of a consumer. */
export function consumerDataOf({
  group,
  consumeType,
  mode,
  startFrom,
  subscriptions,
}: Described): ConsumerData {
  return {
    groupName: group,
    consumeType,
    messageModel: mode === 'broadcasting' ? 'BROADCASTING' : 'CLUSTERING',
    consumeFromWhere: startFromName(startFrom),
    subscriptionDataSet: subscriptions.map(subscriptionDataOf),
    unitMode: false,
  }
}

function startFromName(startFrom: ConsumerConfig['startFrom']): string {
  if (startFrom === 'first') return 'CONSUME_FROM_FIRST_OFFSET'
  return startFrom === 'last' ? 'CONSUME_FROM_LAST_OFFSET' : 'CONSUME_FROM_TIMESTAMP'
}

import type { Clock } from '@rocketeer/foundation'
import { retryTopicOf, TopicSysFlag } from '@rocketeer/protocol'
import { type ConsumerData, HeartbeatData, type heartBeat } from '@rocketeer/protocol/commands'
import type { HandlerOf, Request } from '@rocketeer/remoting'
import type { SubscriptionGroupTable } from '../tables/subscription-group-table.js'
import type { TopicTable } from '../tables/topic-table.js'
import type { ConsumerRegistry } from './consumer-registry.js'
import type { ProducerRegistry } from './producer-registry.js'
import type { RegisteredClient } from './registered-client.js'

export interface HeartBeatNeeds {
  readonly consumers: ConsumerRegistry
  readonly producers: ProducerRegistry
  readonly groups: SubscriptionGroupTable
  readonly topics: TopicTable
  readonly clock: Clock
}

/** Registers a client's groups, and makes the retry topics its consumers need. Apache: ClientManageProcessor.heartBeat. */
export function heartBeatHandler(needs: HeartBeatNeeds): HandlerOf<typeof heartBeat> {
  const registered = registering(needs)
  return (request) => needs.consumers.arriving(request.connection, registered(request))
}

function registering(needs: HeartBeatNeeds) {
  return async ({ body, connection, language, version }: Request) => {
    const heartbeat = HeartbeatData.decode(body)
    const client = {
      connection,
      clientId: heartbeat.clientID,
      language,
      version,
      lastHeartbeatAt: needs.clock.now(),
    }
    for (const { groupName } of heartbeat.producerDataSet) needs.producers.register(groupName, { ...client })
    const version2 = heartbeat.heartbeatFingerprint !== 0
    let askAgain = !version2
    for (const consumer of heartbeat.consumerDataSet) {
      const known = needs.consumers.fingerprint(consumer.groupName)
      if (known !== undefined && known !== heartbeat.heartbeatFingerprint) askAgain = true
      await register(needs, consumer, heartbeat, { ...client })
      // After a restart this broker does not know the subscriptions that the client told it before.
      if (heartbeat.withoutSub && !needs.consumers.get(consumer.groupName)?.subscriptions.size)
        askAgain = true
    }
    return { fields: { isSupportHeartbeatV2: true, isSubChange: askAgain, keepsFailureHistory: true } }
  }
}

async function register(
  needs: HeartBeatNeeds,
  consumer: ConsumerData,
  heartbeat: HeartbeatData,
  client: RegisteredClient,
): Promise<void> {
  const group = needs.groups.find(consumer.groupName)
  if (group === undefined) return
  const ordered = consumer.subscriptionDataSet.some(({ topic }) => needs.topics.get(topic)?.order === true)
  await needs.topics.ensureTopic(retryTopicOf(consumer.groupName), group.retryQueueNums, {
    order: ordered,
    topicSysFlag: consumer.unitMode ? TopicSysFlag.UNIT_SUB : 0,
  })
  // Writing topics.json may have taken a while.
  if (client.connection.closed) return
  const { consumeType, messageModel, consumeFromWhere } = consumer
  needs.consumers.register({
    group: consumer.groupName,
    client,
    settings: { consumeType, messageModel, consumeFromWhere },
    subscriptions: heartbeat.withoutSub ? undefined : consumer.subscriptionDataSet,
    fingerprint: heartbeat.heartbeatFingerprint,
    notify: group.notifyConsumerIdsChangedEnable,
  })
}

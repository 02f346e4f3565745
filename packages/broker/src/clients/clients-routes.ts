import type { Logger } from '@rocketeer/foundation'
import {
  CheckClientRequestBody,
  ConsumerConnection,
  checkClientConfig,
  consumeMessageDirectly,
  GetConsumerListByGroupResponseBody,
  getAllProducerInfo,
  getConsumerConnectionList,
  getConsumerListByGroup,
  getConsumerRunningInfo,
  getProducerConnectionList,
  heartBeat,
  invokeBrokerToGetConsumerStatus,
  LockBatchRequestBody,
  LockBatchResponseBody,
  lockBatchMq,
  ProducerConnection,
  ProducerTableInfo,
  QuerySubscriptionResponseBody,
  querySubscriptionByConsumer,
  UnlockBatchRequestBody,
  unlockBatchMq,
  unregisterClient,
} from '@rocketeer/protocol/commands'
import { type Route, route } from '@rocketeer/remoting'
import { refusals } from '../errors.js'
import { checkPropertyFilter, messageFilterOf } from '../filter/message-filter.js'
import { callConsumer } from './call-consumer.js'
import { connectionInfo, producerInfo } from './connection-info.js'
import { type ConsumeDirectlyNeeds, consumeDirectlyHandler } from './consume-directly.js'
import { consumerStatusHandler } from './consumer-status.js'
import { type HeartBeatNeeds, heartBeatHandler } from './heart-beat.js'
import type { QueueLocks } from './queue-locks.js'

interface Needs extends HeartBeatNeeds, ConsumeDirectlyNeeds {
  readonly locks: QueueLocks
  readonly logger: Logger
}

/** Connected producers and consumers: their heartbeats and locks, and what administrators ask about them. */
export function clientsRoutes(needs: Needs): Route[] {
  return [...registrationRoutes(needs), ...lockRoutes(needs), ...inspectionRoutes(needs)]
}

/** Apache: ClientManageProcessor, ConsumerManageProcessor. */
function registrationRoutes(needs: Needs): Route[] {
  const { consumers, producers, groups, config } = needs
  return [
    route(heartBeat, heartBeatHandler(needs)),

    // A client leaves in order.
    route(unregisterClient, async ({ fields: { producerGroup, consumerGroup }, connection }) => {
      await consumers.arrived(connection)
      if (producerGroup !== undefined) producers.unregister(producerGroup, connection)
      if (consumerGroup !== undefined) {
        const notify = groups.get(consumerGroup)?.notifyConsumerIdsChangedEnable ?? true
        consumers.unregister(consumerGroup, connection, notify)
      }
      return {}
    }),

    // Whether this broker can filter by a consumer's expression; the refusal says where in the expression a mistake is.
    route(checkClientConfig, ({ body }) => {
      const { subscriptionData } = CheckClientRequestBody.decode(body)
      if (subscriptionData === undefined) return {}
      checkPropertyFilter(config, subscriptionData)
      messageFilterOf(subscriptionData)
      return {}
    }),

    // The members among whom the queues of a group are shared.
    route(getConsumerListByGroup, ({ fields: { consumerGroup: group } }) => {
      const connected = consumers.get(group)
      if (connected === undefined) throw refusals.GROUP_WITHOUT_MEMBERS({ group, to: 'list' })
      return { body: GetConsumerListByGroupResponseBody.encode({ consumerIdList: connected.clientIds }) }
    }),
  ]
}

/** Consumers in order ask for their queues, and give them back. Apache: AdminBrokerProcessor. */
function lockRoutes({ locks }: Needs): Route[] {
  return [
    route(lockBatchMq, (request) => {
      const { consumerGroup = '', clientId = '', mqSet } = LockBatchRequestBody.decode(request.body)
      const owner = { clientId, peer: request.connection }
      return {
        body: LockBatchResponseBody.encode({ lockOKMQSet: locks.lock(consumerGroup, mqSet, owner) }),
      }
    }),

    route(unlockBatchMq, (request) => {
      const { consumerGroup = '', clientId = '', mqSet } = UnlockBatchRequestBody.decode(request.body)
      locks.unlock(consumerGroup, mqSet, clientId)
      return {}
    }),
  ]
}

/** Apache: AdminBrokerProcessor. */
function inspectionRoutes(needs: Needs): Route[] {
  const { consumers, producers } = needs
  return [
    route(getConsumerConnectionList, ({ fields: { consumerGroup: group } }) => {
      const connected = consumers.get(group)
      if (connected === undefined) throw refusals.GROUP_NOT_ONLINE({ group })
      return {
        body: ConsumerConnection.encode({
          ...connected.settings,
          connectionSet: [...connected.members.values()].map(connectionInfo),
          subscriptionTable: connected.subscriptions,
        }),
      }
    }),

    route(getProducerConnectionList, ({ fields: { producerGroup: group } }) => {
      const members = producers.members(group)
      if (members.length === 0) throw refusals.PRODUCER_GROUP_NOT_EXIST({ group })
      return { body: ProducerConnection.encode({ connectionSet: members.map(connectionInfo) }) }
    }),

    // Every connected producer by group. Apache: ProducerManager.getProducerTable.
    route(getAllProducerInfo, () => {
      const names = producers.groupNames()
      const data = new Map(names.map((group) => [group, producers.members(group).map(producerInfo)]))
      return { body: ProducerTableInfo.encode({ data }) }
    }),

    // What a connected group subscribes to of a topic.
    route(querySubscriptionByConsumer, ({ fields: { group, topic } }) => {
      const subscriptionData =
        topic === undefined ? undefined : consumers.get(group)?.subscriptions.get(topic)
      return { body: QuerySubscriptionResponseBody.encode({ group, topic, subscriptionData }) }
    }),

    // Asks the consumer.
    route(getConsumerRunningInfo, ({ fields }) => {
      const { consumerGroup: group, clientId } = fields
      return callConsumer(consumers, { group, clientId }, { command: getConsumerRunningInfo, fields })
    }),

    route(invokeBrokerToGetConsumerStatus, consumerStatusHandler(needs)),
    route(consumeMessageDirectly, consumeDirectlyHandler(needs)),
  ]
}

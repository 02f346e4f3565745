import { TopicRouteData } from '@rocketeer/protocol/bodies'
import {
  addWritePermOfBroker,
  deleteTopicInNamesrv,
  registerTopicInNamesrv,
  wipeWritePermOfBroker,
} from '@rocketeer/protocol/commands'
import { type Route, route } from '@rocketeer/remoting'
import type { BrokerTable } from '../broker-table.js'
import type { TopicTable } from '../topic-table.js'

interface Needs {
  brokers: BrokerTable
  topics: TopicTable
}

/** Changes of the topic table by administrators. Apache: DefaultRequestProcessor, RouteInfoManager. */
export function topicChangeRoutes({ brokers, topics }: Needs): Route[] {
  return [
    // All or nothing: with one unknown broker name, the topic stays as it was.
    route(registerTopicInNamesrv, ({ fields: { topic }, body }) => {
      const { queueDatas } = TopicRouteData.decode(body)
      if (queueDatas.every(({ brokerName }) => brokers.group(brokerName))) {
        for (const queueData of queueDatas) topics.put(topic, queueData)
      }
      return {}
    }),

    route(deleteTopicInNamesrv, ({ fields: { topic, clusterName } }) => {
      if (!clusterName) topics.remove(topic)
      else topics.remove(topic, brokers.clusters().get(clusterName) ?? [])
      return {}
    }),

    route(wipeWritePermOfBroker, ({ fields: { brokerName } }) => ({
      fields: { wipeTopicCount: topics.drain(brokerName) },
    })),

    route(addWritePermOfBroker, ({ fields: { brokerName } }) => ({
      fields: { addTopicCount: topics.addWritePermission(brokerName) },
    })),
  ]
}

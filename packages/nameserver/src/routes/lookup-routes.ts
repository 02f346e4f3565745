import { TopicRouteData } from '@rocketeer/protocol/bodies'
import {
  ClusterInfo,
  GetBrokerMemberGroupResponseBody,
  getBrokerClusterInfo,
  getBrokerMemberGroup,
  getRouteinfoByTopic,
} from '@rocketeer/protocol/commands'
import { type Route, route } from '@rocketeer/remoting'
import { refusals } from '../errors.js'
import { type KvConfig, ORDER_TOPIC_CONFIG } from '../kv-config.js'
import type { NameserverConfig } from '../options.js'
import { brokerData, type RouteSources, topicRoute } from '../topic-route.js'

interface Needs extends RouteSources {
  kvConfig: KvConfig
  config: () => NameserverConfig
}

/** Ordinal of V4_9_4 in Apache's MQVersion: clients of this and later versions get standard JSON without asking. */
const VERSION_WITH_STANDARD_JSON = 401

/** Requests by which clients find topics and brokers. Apache: ClientRequestProcessor, DefaultRequestProcessor. */
export function lookupRoutes({ kvConfig, config, ...sources }: Needs): Route[] {
  const { brokers } = sources
  return [
    route(getRouteinfoByTopic, ({ fields: { topic, acceptStandardJsonOnly }, version }) => {
      const found = topicRoute(topic, sources, config().allowActingMaster)
      if (!found) throw refusals.TOPIC_NOT_EXIST({ topic })
      const orderTopicConf = config().orderTopics ? kvConfig.get(ORDER_TOPIC_CONFIG, topic) : undefined
      const routeData = orderTopicConf === undefined ? found : { ...found, orderTopicConf }
      const standard = acceptStandardJsonOnly || version >= VERSION_WITH_STANDARD_JSON
      return { body: standard ? standardJson(routeData) : TopicRouteData.encode(routeData) }
    }),

    route(getBrokerClusterInfo, () => {
      const groups = [...brokers.groups()]
      const brokerAddrTable = new Map(groups.map((group) => [group.brokerName, brokerData(group)]))
      return { body: ClusterInfo.encode({ brokerAddrTable, clusterAddrTable: brokers.clusters() }) }
    }),

    route(getBrokerMemberGroup, ({ fields: { clusterName, brokerName } }) => {
      const brokerAddrs = new Map(brokers.group(brokerName)?.addresses)
      const brokerMemberGroup = { cluster: clusterName, brokerName, brokerAddrs }
      return { body: GetBrokerMemberGroupResponseBody.encode({ brokerMemberGroup }) }
    }),
  ]
}

/** Encodes like `TopicRouteData.encode`, but with broker ids, the whole-number keys, in quotes. */
function standardJson(routeData: TopicRouteData): Buffer {
  const plain = (_: string, value: unknown) => (value instanceof Map ? Object.fromEntries(value) : value)
  return Buffer.from(JSON.stringify(routeData, plain))
}

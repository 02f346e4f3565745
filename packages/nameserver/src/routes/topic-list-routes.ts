import { TopicSysFlag } from '@rocketeer/protocol'
import { TopicList } from '@rocketeer/protocol/bodies'
import {
  getAllTopicListFromNameserver,
  getHasUnitSubTopicList,
  getHasUnitSubUnunitTopicList,
  getSystemTopicListFromNs,
  getTopicsByCluster,
  getUnitTopicList,
} from '@rocketeer/protocol/commands'
import { type Reply, type Route, route } from '@rocketeer/remoting'
import type { BrokerTable } from '../broker-table.js'
import { refusals } from '../errors.js'
import { apacheNames, type NameserverConfig } from '../options.js'
import type { TopicTable } from '../topic-table.js'

interface Needs {
  brokers: BrokerTable
  topics: TopicTable
  config: () => NameserverConfig
}

/** Lists of topic names: all topics, those of a cluster, system topics, unit topics. Apache: DefaultRequestProcessor. */
export function topicListRoutes({ brokers, topics, config }: Needs): Route[] {
  const withFlags = (mask: number, flags: number): Reply => {
    requireEnabled(config(), 'listTopics')
    return listOf(
      [...topics.topics()].filter((topic) => (topics.queues(topic)[0]!.topicSysFlag & mask) === flags),
    )
  }
  return [
    route(getAllTopicListFromNameserver, () => {
      requireEnabled(config(), 'listAllTopics')
      return listOf(topics.topics())
    }),

    route(getTopicsByCluster, ({ fields: { cluster } }) => {
      requireEnabled(config(), 'listTopics')
      const brokerNames = brokers.clusters().get(cluster) ?? []
      return listOf(new Set(brokerNames.flatMap((brokerName) => topics.topicsOf(brokerName))))
    }),

    // Brokers have topics named like their cluster and themselves: options allowClusterTopic and allowBrokerTopic.
    route(getSystemTopicListFromNs, () => {
      const names = [...brokers.clusters()].flatMap(([cluster, brokerNames]) => [cluster, ...brokerNames])
      const [first] = [...brokers.groups()].flatMap(({ addresses }) => [...addresses.values()])
      return listOf(names, first)
    }),

    route(getUnitTopicList, () => withFlags(TopicSysFlag.UNIT, TopicSysFlag.UNIT)),
    route(getHasUnitSubTopicList, () => withFlags(TopicSysFlag.UNIT_SUB, TopicSysFlag.UNIT_SUB)),
    route(getHasUnitSubUnunitTopicList, () =>
      withFlags(TopicSysFlag.UNIT | TopicSysFlag.UNIT_SUB, TopicSysFlag.UNIT_SUB),
    ),
  ]
}

function listOf(topicList: Iterable<string>, brokerAddr?: string): Reply {
  return {
    body: TopicList.encode({
      topicList: [...topicList],
      ...(brokerAddr === undefined ? {} : { brokerAddr }),
    }),
  }
}

function requireEnabled(config: NameserverConfig, option: 'listTopics' | 'listAllTopics'): void {
  if (!config[option]) throw refusals.LIST_DISABLED({ option: apacheNames[option] })
}

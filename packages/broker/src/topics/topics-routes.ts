import { TopicConfigAndMappingSerializeWrapper, TopicList } from '@rocketeer/protocol/bodies'
import {
  CreateTopicListRequestBody,
  cleanUnusedTopic,
  deleteTopicInBroker,
  getAllTopicConfig,
  getSystemTopicListFromBroker,
  getTopicConfig,
  getTopicStatsInfo,
  TopicConfigAndQueueMapping,
  updateAndCreateTopic,
  updateAndCreateTopicList,
} from '@rocketeer/protocol/commands'
import { type Route, route } from '@rocketeer/remoting'
import { existingTopic } from '../access/access.js'
import { parseAttributeChanges } from '../tables/attributes.js'
import { pageOf } from '../tables/page.js'
import { type DeleteTopicNeeds, deleteTopicHandler } from './delete-topic.js'
import { type TopicChangeNeeds, topicAfter } from './topic-change.js'
import { type TopicStatsNeeds, topicStatsHandler } from './topic-stats.js'

type Needs = TopicChangeNeeds & DeleteTopicNeeds & TopicStatsNeeds

/** Administration of topics. Apache: AdminBrokerProcessor. */
export function topicsRoutes(needs: Needs): Route[] {
  const { topics, store } = needs
  return [
    // Creates or changes a topic; answers when topics.json has it.
    route(updateAndCreateTopic, async ({ fields }) => {
      const after = topicAfter(needs, {
        topicName: fields.topic,
        readQueueNums: fields.readQueueNums,
        writeQueueNums: fields.writeQueueNums,
        perm: fields.perm,
        topicFilterType: fields.topicFilterType,
        topicSysFlag: fields.topicSysFlag ?? 0,
        order: fields.order,
        attributes: parseAttributeChanges(fields.attributes),
      })
      if (after) await topics.put([after])
      return {}
    }),

    // Creates or changes all of the topics or, when one is refused, none.
    route(updateAndCreateTopicList, async ({ body }) => {
      const { topicConfigList } = CreateTopicListRequestBody.decode(body)
      const changed = topicConfigList.flatMap((requested) => topicAfter(needs, requested) ?? [])
      if (changed.length > 0) await topics.put(changed)
      return {}
    }),

    route(deleteTopicInBroker, deleteTopicHandler(needs)),

    // Deletes the queues of topics that no longer exist.
    route(cleanUnusedTopic, async () => {
      await store.deleteTopicsExcept(new Set(topics.all().keys()))
      return {}
    }),

    // All topics, or a page of them.
    route(getAllTopicConfig, ({ fields }) => {
      const version = topics.dataVersion
      const page = { from: fields.topicSeq, entriesMax: fields.maxTopicNum, version: fields.dataVersion }
      return {
        fields: { totalTopicNum: topics.all().size },
        body: TopicConfigAndMappingSerializeWrapper.encode({
          topicConfigTable: pageOf(topics.all(), version, page),
          dataVersion: version,
          topicQueueMappingInfoMap: new Map(),
          topicQueueMappingDetailMap: new Map(),
          mappingDataVersion: { stateVersion: 0, timestamp: 0, counter: 0 },
        }),
      }
    }),

    route(getTopicConfig, ({ fields: { topic } }) => {
      const config = existingTopic(topics, topic, 'administer')
      return { body: TopicConfigAndQueueMapping.encode(config) }
    }),

    route(getTopicStatsInfo, topicStatsHandler(needs)),

    route(getSystemTopicListFromBroker, () => ({
      body: TopicList.encode({ topicList: topics.systemTopicNames() }),
    })),
  ]
}

import { encodeTopicConfigAndMappingSerializeWrapper, type getAllTopicConfig } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import { pageOf } from '../admin/page.js'
import type { TopicTable } from '../topics/topic-table.js'

/** All topics, or a page of them. Apache: AdminBrokerProcessor.getAllTopicConfig. */
export function getAllTopicConfigHandler({
  topics,
}: {
  topics: TopicTable
}): HandlerOf<typeof getAllTopicConfig> {
  return ({ fields }) => {
    const version = topics.dataVersion
    const page = { from: fields.topicSeq, entriesMax: fields.maxTopicNum, version: fields.dataVersion }
    return {
      fields: { totalTopicNum: topics.all().size },
      body: encodeTopicConfigAndMappingSerializeWrapper({
        topicConfigTable: pageOf(topics.all(), version, page),
        dataVersion: version,
        topicQueueMappingInfoMap: new Map(),
        topicQueueMappingDetailMap: new Map(),
        mappingDataVersion: { stateVersion: 0, timestamp: 0, counter: 0 },
      }),
    }
  }
}

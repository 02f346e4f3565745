import { MessageQueue } from '../bodies/routes.js'
import { TopicConfig, TopicQueueMappingDetail, topicConfigFields } from '../bodies/topics.js'
import { body } from '../body/body.js'
import { decimal, integer, list, nullable, object, pairs, type ValueOf } from '../body/shape.js'
import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { boolean, int32, optional, text } from '../command/field.js'

/**
 * Creates a topic or changes it. `defaultTopic` is the name clients send for TBW102 and has no effect. Apache:
 * CreateTopicRequestHeader.
 */
export const updateAndCreateTopic = defineCommand({
  code: RequestCode.UPDATE_AND_CREATE_TOPIC,
  request: {
    topic: text(),
    defaultTopic: text(),
    readQueueNums: int32(),
    writeQueueNums: int32(),
    perm: int32(),
    topicFilterType: text(),
    topicSysFlag: optional(int32()),
    order: boolean({ default: false }),
    attributes: optional(text()),
    force: boolean({ default: false }),
  },
})

/**
 * Creates or changes several topics; everything is in the body. Apache: CreateTopicListRequestHeader,
 * CreateTopicListRequestBody.
 */
export const updateAndCreateTopicList = defineCommand({
  code: RequestCode.UPDATE_AND_CREATE_TOPIC_LIST,
})

/** Topics to be created together. Apache: CreateTopicListRequestBody. */
export const CreateTopicListRequestBody = body('CreateTopicListRequestBody', {
  topicConfigList: list(TopicConfig),
})
export type CreateTopicListRequestBody = ValueOf<typeof CreateTopicListRequestBody>

/** Deletes a topic of a broker and its messages' queues. Apache: DeleteTopicRequestHeader. */
export const deleteTopicInBroker = defineCommand({
  code: RequestCode.DELETE_TOPIC_IN_BROKER,
  request: {
    topic: text(),
  },
})

/** One topic's configuration; the body is a TopicConfigAndQueueMapping. Apache: GetTopicConfigRequestHeader. */
export const getTopicConfig = defineCommand({
  code: RequestCode.GET_TOPIC_CONFIG,
  request: {
    topic: text(),
    lo: optional(boolean()),
  },
})

/** A topic's configuration and, for a static topic, its mapping. Apache: TopicConfigAndQueueMapping. */
export const TopicConfigAndQueueMapping = body('TopicConfigAndQueueMapping', {
  ...topicConfigFields,
  mappingDetail: nullable(TopicQueueMappingDetail),
})
export type TopicConfigAndQueueMapping = ValueOf<typeof TopicConfigAndQueueMapping>

/**
 * All topics of a broker in pages of `maxTopicNum` from `topicSeq` on (peers before 5.4 send no fields and mean
 * all); the body is a TopicConfigAndMappingSerializeWrapper. Apache: GetAllTopicConfigRequestHeader,
 * GetAllTopicConfigResponseHeader.
 */
export const getAllTopicConfig = defineCommand({
  code: RequestCode.GET_ALL_TOPIC_CONFIG,
  request: {
    topicSeq: optional(int32()),
    dataVersion: optional(text()),
    maxTopicNum: optional(int32()),
  },
  response: {
    totalTopicNum: optional(int32()),
  },
})

/**
 * Offsets of a topic's queues at one broker; the body is a TopicStatsTable. Apache:
 * GetTopicStatsInfoRequestHeader.
 */
export const getTopicStatsInfo = defineCommand({
  code: RequestCode.GET_TOPIC_STATS_INFO,
  request: {
    topic: text(),
  },
})

/** What one queue holds. Apache: TopicOffset. */
export const TopicOffset = object({
  minOffset: integer(),
  maxOffset: integer(),
  lastUpdateTimestamp: integer(),
})
export type TopicOffset = ValueOf<typeof TopicOffset>

/** What each queue of a topic holds. Apache: TopicStatsTable. */
export const TopicStatsTable = body('TopicStatsTable', {
  offsetTable: pairs(MessageQueue, TopicOffset),
  topicPutTps: decimal(),
})
export type TopicStatsTable = ValueOf<typeof TopicStatsTable>

/** The topics a broker needs for itself. Apache: TopicList (response body). */
export const getSystemTopicListFromBroker = defineCommand({
  code: RequestCode.GET_SYSTEM_TOPIC_LIST_FROM_BROKER,
})

/**
 * Deletes consume queues of topics that no longer exist. Apache: MQClientAPIImpl.cleanUnusedTopicByAddr (no
 * header).
 */
export const cleanUnusedTopic = defineCommand({
  code: RequestCode.CLEAN_UNUSED_TOPIC,
})

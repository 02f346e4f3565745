import { bodyOf, flag, integer, list, mapOf, object, optional, text, type ValueOf } from './shape.js'

export const logicQueueMappingItemShape = object({
  gen: integer(),
  queueId: integer(),
  bname: text(),
  logicOffset: integer(),
  startOffset: integer(),
  endOffset: integer(-1),
  timeOfStart: integer(-1),
  timeOfEnd: integer(-1),
})

/** Where one generation of a static topic's logical queue lies. Apache: LogicQueueMappingItem. */
export type LogicQueueMappingItem = ValueOf<typeof logicQueueMappingItemShape>

export const topicQueueMappingInfoShape = object({
  topic: optional(text()),
  scope: optional(text()),
  totalQueues: integer(),
  bname: optional(text()),
  epoch: integer(),
  dirty: flag(),
  currIdMap: mapOf(integer(), integer()),
})

/** Which logical queues of a static topic a broker leads. Apache: TopicQueueMappingInfo. */
export type TopicQueueMappingInfo = ValueOf<typeof topicQueueMappingInfoShape>

export const topicQueueMappingDetailShape = object({
  topic: optional(text()),
  scope: optional(text()),
  totalQueues: integer(),
  bname: optional(text()),
  epoch: integer(),
  dirty: flag(),
  currIdMap: mapOf(integer(), integer()),
  hostedQueues: mapOf(integer(), list(logicQueueMappingItemShape)),
})

/** The same with the logical queues' history. Apache: TopicQueueMappingDetail. */
export type TopicQueueMappingDetail = ValueOf<typeof topicQueueMappingDetailShape>

export const { encode: encodeTopicQueueMappingDetail, decode: decodeTopicQueueMappingDetail } = bodyOf(
  'TopicQueueMappingDetail',
  topicQueueMappingDetailShape,
)

import { messageQueueShape } from './message-queue.js'
import { bodyOf, decimal, integer, object, pairs, type ValueOf } from './shape.js'

export const topicOffsetShape = object({
  minOffset: integer(),
  maxOffset: integer(),
  lastUpdateTimestamp: integer(),
})

/** What one queue holds. Apache: TopicOffset. */
export type TopicOffset = ValueOf<typeof topicOffsetShape>

export const topicStatsTableShape = object({
  offsetTable: pairs(messageQueueShape, topicOffsetShape),
  topicPutTps: decimal(),
})

/** What each queue of a topic holds. Apache: TopicStatsTable. */
export type TopicStatsTable = ValueOf<typeof topicStatsTableShape>

export const { encode: encodeTopicStatsTable, decode: decodeTopicStatsTable } = bodyOf(
  'TopicStatsTable',
  topicStatsTableShape,
)

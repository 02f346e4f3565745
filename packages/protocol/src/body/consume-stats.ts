import { messageQueueShape } from './message-queue.js'
import { offsetWrapperShape } from './offset-wrapper.js'
import { bodyOf, decimal, object, pairs, type ValueOf } from './shape.js'

export const consumeStatsShape = object({
  offsetTable: pairs(messageQueueShape, offsetWrapperShape),
  consumeTps: decimal(),
})

/** How far a group is in each queue. Apache: ConsumeStats. */
export type ConsumeStats = ValueOf<typeof consumeStatsShape>

export const { encode: encodeConsumeStats, decode: decodeConsumeStats } = bodyOf(
  'ConsumeStats',
  consumeStatsShape,
)

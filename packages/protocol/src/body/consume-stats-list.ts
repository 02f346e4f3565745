import { consumeStatsShape } from './consume-stats.js'
import { bodyOf, integer, list, mapOf, object, optional, text, type ValueOf } from './shape.js'

export const consumeStatsListShape = object({
  consumeStatsList: list(mapOf(text(), list(consumeStatsShape))),
  brokerAddr: optional(text()),
  totalDiff: integer(),
  totalInflightDiff: integer(),
})

/** ConsumeStats of every group of a broker. Apache: ConsumeStatsList. */
export type ConsumeStatsList = ValueOf<typeof consumeStatsListShape>

export const { encode: encodeConsumeStatsList, decode: decodeConsumeStatsList } = bodyOf(
  'ConsumeStatsList',
  consumeStatsListShape,
)

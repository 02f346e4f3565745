import { bodyOf, decimal, integer, object, type ValueOf } from './shape.js'

export const brokerStatsItemShape = object({
  sum: integer(),
  tps: decimal(),
  avgpt: decimal(),
})

/** A counter over one span of time. Apache: BrokerStatsItem. */
export type BrokerStatsItem = ValueOf<typeof brokerStatsItemShape>

export const brokerStatsDataShape = object({
  statsMinute: brokerStatsItemShape,
  statsHour: brokerStatsItemShape,
  statsDay: brokerStatsItemShape,
})

/** A counter over the last minute, hour and day. Apache: BrokerStatsData. */
export type BrokerStatsData = ValueOf<typeof brokerStatsDataShape>

export const { encode: encodeBrokerStatsData, decode: decodeBrokerStatsData } = bodyOf(
  'BrokerStatsData',
  brokerStatsDataShape,
)

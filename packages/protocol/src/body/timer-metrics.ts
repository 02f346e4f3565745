import { dataVersionShape } from './data-version.js'
import { bodyOf, integer, mapOf, object, text, type ValueOf } from './shape.js'

const metricShape = object({ count: integer(), timeStamp: integer() })

export const timerMetricsShape = object({
  timingCount: mapOf(text(), metricShape),
  dataVersion: dataVersionShape,
})

/** How many messages wait for their time, by topic. Apache: TimerMetrics.TimerMetricsSerializeWrapper. */
export type TimerMetrics = ValueOf<typeof timerMetricsShape>

export const { encode: encodeTimerMetrics, decode: decodeTimerMetrics } = bodyOf(
  'TimerMetrics',
  timerMetricsShape,
)

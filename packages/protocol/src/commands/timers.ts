import { dataVersionShape } from '../bodies/tables.js'
import { bodyOf, integer, mapOf, nullable, object, string, type ValueOf } from '../body/shape.js'
import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { optional, text } from '../command/field.js'

/**
 * Cancels a message that is delayed to a timestamp, by the handle its send was answered with. Apache:
 * RecallMessageRequestHeader, RecallMessageResponseHeader.
 */
export const recallMessage = defineCommand({
  code: RequestCode.RECALL_MESSAGE,
  request: {
    producerGroup: optional(text()),
    topic: text(),
    recallHandle: text(),
    bname: optional(text()),
  },
  response: {
    msgId: text(),
    /** Where the client should trace it. */
    region: optional(text({ wire: 'MSG_REGION' })),
  },
})

/**
 * A slave copies how far each delay level was delivered; the body is the text of delayOffset.json. Apache:
 * ScheduleMessageService.encode (response body).
 */
export const getAllDelayOffset = defineCommand({
  code: RequestCode.GET_ALL_DELAY_OFFSET,
})

export const delayOffsetSerializeWrapperShape = object({
  offsetTable: mapOf(integer(), integer()),
  dataVersion: nullable(dataVersionShape),
})

/** How far each delay level is delivered; also the shape of delayOffset.json. Apache: DelayOffsetSerializeWrapper. */
export type DelayOffsetSerializeWrapper = ValueOf<typeof delayOffsetSerializeWrapperShape>

export const { encode: encodeDelayOffsetSerializeWrapper, decode: decodeDelayOffsetSerializeWrapper } =
  bodyOf('DelayOffsetSerializeWrapper', delayOffsetSerializeWrapperShape)

/**
 * A slave copies the counts of messages delayed to a timestamp. Apache: TimerMetrics.TimerMetricsSerializeWrapper
 * (response body).
 */
export const getTimerMetrics = defineCommand({
  code: RequestCode.GET_TIMER_METRICS,
})

const metricShape = object({ count: integer(), timeStamp: integer() })

export const timerMetricsShape = object({
  timingCount: mapOf(string(), metricShape),
  dataVersion: dataVersionShape,
})

/** How many messages wait for their time, by topic. Apache: TimerMetrics.TimerMetricsSerializeWrapper. */
export type TimerMetrics = ValueOf<typeof timerMetricsShape>

export const { encode: encodeTimerMetrics, decode: decodeTimerMetrics } = bodyOf(
  'TimerMetrics',
  timerMetricsShape,
)

/** A slave copies how far the timer log was worked off. Apache: TimerCheckpoint (response body). */
export const getTimerCheckPoint = defineCommand({
  code: RequestCode.GET_TIMER_CHECK_POINT,
})

/** Chooses between file and RocksDB timers. Apache: MQClientAPIImpl.switchTimerEngine. */
export const switchTimerEngine = defineCommand({
  code: RequestCode.SWITCH_TIMER_ENGINE,
  request: {
    timerEngineType: optional(text({ wire: 'E_T' })),
  },
})

import { DataVersion } from '../bodies/tables.js'
import { body } from '../body/body.js'
import { integer, mapOf, nullable, object, string, type ValueOf } from '../body/shape.js'
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

/** How far each delay level is delivered; also the shape of delayOffset.json. Apache: DelayOffsetSerializeWrapper. */
export const DelayOffsetSerializeWrapper = body('DelayOffsetSerializeWrapper', {
  offsetTable: mapOf(integer(), integer()),
  dataVersion: nullable(DataVersion),
})
export type DelayOffsetSerializeWrapper = ValueOf<typeof DelayOffsetSerializeWrapper>

/**
 * A slave copies the counts of messages delayed to a timestamp. Apache: TimerMetrics.TimerMetricsSerializeWrapper
 * (response body).
 */
export const getTimerMetrics = defineCommand({
  code: RequestCode.GET_TIMER_METRICS,
})

const Metric = object({ count: integer(), timeStamp: integer() })

/** How many messages wait for their time, by topic. Apache: TimerMetrics.TimerMetricsSerializeWrapper. */
export const TimerMetrics = body('TimerMetrics', {
  timingCount: mapOf(string(), Metric),
  dataVersion: DataVersion,
})
export type TimerMetrics = ValueOf<typeof TimerMetrics>

/** A slave copies how far the timer log has been processed. Apache: TimerCheckpoint (response body). */
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

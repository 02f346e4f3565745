import type { Clock } from '@rocketeer/foundation'
import {
  encodeTimerMetrics,
  type getTimerMetrics,
  ResponseCode,
  type TimerMetrics,
} from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import { timerMetrics } from '../timer/timer-metrics.js'
import type { TimerRecordStore } from '../timer/timer-records.js'

/** How many messages wait for their time, by topic. Apache: AdminBrokerProcessor.getTimerMetrics. */
export function getTimerMetricsHandler(needs: {
  store: TimerRecordStore
  clock: Clock
  timers: { readonly offsets: Float64Array } | undefined
}): HandlerOf<typeof getTimerMetrics> {
  const { timers } = needs
  let counting: Promise<TimerMetrics> | undefined
  return async () => {
    if (timers === undefined) {
      const remark = 'The timer message store is null: timerWheelEnable is false on this broker'
      return { code: ResponseCode.SYSTEM_ERROR, remark }
    }
    // Whoever asks while it is being counted gets the same answer: it takes a look at each of the records.
    counting ??= timerMetrics(needs, timers.offsets).finally(() => {
      counting = undefined
    })
    return { body: encodeTimerMetrics(await counting) }
  }
}

import type { Clock } from '@rocketeer/foundation'
import {
  getTimerCheckPoint,
  getTimerMetrics,
  recallMessage,
  switchTimerEngine,
  TimerMetrics,
} from '@rocketeer/protocol/commands'
import { type Route, route } from '@rocketeer/remoting'
import { refusals } from '../errors.js'
import type { LiveConfig } from '../options/live-config.js'
import type { Recall } from './recall.js'
import type { TimerDelivery } from './timer-delivery.js'
import { timerMetrics } from './timer-metrics.js'
import type { TimerRecordStore } from './timer-records.js'

interface Needs {
  readonly recall: Recall
  /** Undefined when `allowTimers` is off. */
  readonly timers: TimerDelivery | undefined
  readonly store: TimerRecordStore
  readonly config: LiveConfig
  readonly clock: Clock
}

/** Apache: MessageConst.TIMER_ENGINE_FILE_TIME_WHEEL. */
const FILE_TIME_WHEEL = 'F'

/** Messages that wait for any point in time. */
export function timerRoutes(needs: Needs): Route[] {
  const { recall, timers, config } = needs
  let counting: Promise<TimerMetrics> | undefined
  return [
    // A producer cancels a message that waits for its time. Apache: RecallMessageProcessor.
    route(recallMessage, async ({ fields: { topic, recallHandle, producerGroup }, connection }) => {
      const bornHost = connection.remoteHost
      const msgId = await recall.recall({ topic, recallHandle, producerGroup, bornHost })
      return { fields: { msgId, region: config.current.regionId } }
    }),

    // How far the timer topic is worked off. Apache: AdminBrokerProcessor.getTimerCheckPoint.
    route(getTimerCheckPoint, () => {
      if (timers === undefined) throw refusals.TIMERS_DISABLED({ to: 'checkpoint' })
      return { body: timers.apacheCheckpoint() }
    }),

    // How many messages wait for their time, by topic. Apache: AdminBrokerProcessor.getTimerMetrics.
    route(getTimerMetrics, async () => {
      if (timers === undefined) throw refusals.TIMERS_DISABLED({ to: 'metrics' })
      // Counting reads the record of each message, so requests that come during a count share its answer.
      counting ??= timerMetrics(needs, timers.offsets).finally(() => {
        counting = undefined
      })
      return { body: TimerMetrics.encode(await counting) }
    }),

    // This broker has one engine, which keeps timers in files. Apache: AdminBrokerProcessor.switchTimerEngine.
    route(switchTimerEngine, ({ fields: { timerEngineType } }) => {
      if (!config.current.allowTimers) throw refusals.TIMER_ENGINE_DISABLED({})
      if (timerEngineType === FILE_TIME_WHEEL) return { remark: 'switch timer engine success' }
      throw refusals.TIMER_ENGINE_UNKNOWN({ engine: timerEngineType ?? '' })
    }),
  ]
}

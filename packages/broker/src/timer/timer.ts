import type { FileSystem } from '@rocketeer/files'
import type { Clock, Logger, Resources } from '@rocketeer/foundation'
import type { EncodedHost } from '@rocketeer/protocol/record'
import type { MessageStore } from '@rocketeer/store'
import type { LiveConfig } from '../options/live-config.js'
import type { BrokerStats } from '../stats/broker-stats.js'
import type { SetAside } from '../tables/set-aside.js'
import type { TopicTable } from '../tables/topic-table.js'
import { Recall } from './recall.js'
import { TimerDelivery } from './timer-delivery.js'
import { TimerScheduling } from './timer-scheduling.js'

export interface TimerNeeds {
  /** The broker's root directory. */
  readonly directory: string
  readonly files: FileSystem
  readonly store: MessageStore
  readonly topics: TopicTable
  readonly setAside: SetAside
  readonly stats: BrokerStats
  readonly config: LiveConfig
  readonly clock: Clock
  readonly logger: Logger
  readonly storeHost: () => EncodedHost
}

/** Messages that wait for any point in time. */
export interface TimerWing {
  /** Undefined when `allowTimers` is off. */
  readonly timers: TimerDelivery | undefined
  readonly timerScheduling: TimerScheduling
  readonly recall: Recall
}

/** Finds the messages that wait. Rejects with the errors of the file system. */
export async function openTimer(needs: TimerNeeds, resources: Resources): Promise<TimerWing> {
  const { allowTimers } = needs.config.current
  const timers = allowTimers ? resources.use(await openDelivery(needs)) : undefined
  const timerScheduling = new TimerScheduling({ ...needs, timers })
  return { timers, timerScheduling, recall: new Recall({ ...needs, scheduling: timerScheduling }) }
}

function openDelivery(needs: TimerNeeds): Promise<TimerDelivery> {
  const { stats } = needs
  return TimerDelivery.open({
    ...needs,
    arrived: () => stats.onTimerEnqueued(),
    delivered: ({ topic }, { recordBytes }) => {
      stats.onTimerDequeued()
      stats.onPut(topic, 1, recordBytes)
    },
  })
}

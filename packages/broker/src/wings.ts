import type { Resources } from '@rocketeer/foundation'
import type { Route } from '@rocketeer/remoting'
import { MessageStore } from '@rocketeer/store'
import { adminRoutes } from './admin/admin-routes.js'
import { type Assignment, openAssignment } from './assignment/assignment.js'
import { assignmentRoutes } from './assignment/assignment-routes.js'
import { type Clients, openClients } from './clients/clients.js'
import { clientsRoutes } from './clients/clients-routes.js'
import { ConfigUpdates } from './conf/config-updates.js'
import { type Delay, openDelay } from './delay/delay.js'
import { delayRoutes } from './delay/delay-routes.js'
import { Duties } from './duties/duties.js'
import type { Environment } from './environment.js'
import { groupsRoutes } from './groups/groups-routes.js'
import { offsetsRoutes } from './offsets/offsets-routes.js'
import { storeOptions } from './options/store-options.js'
import { openPop, type Pop } from './pop/pop.js'
import { popRoutes } from './pop/pop-routes.js'
import { openPull, type Pull } from './pull/pull.js'
import { pullRoutes } from './pull/pull-routes.js'
import { queryRoutes } from './query/query-routes.js'
import { openRetry, type Retry } from './retry/retry.js'
import { retryRoutes } from './retry/retry-routes.js'
import { openSend, type Send } from './send/send.js'
import { sendRoutes } from './send/send-routes.js'
import { BrokerStats } from './stats/broker-stats.js'
import { openTables, type Tables } from './tables/tables.js'
import { openTopicEnds } from './tables/topic-ends-file.js'
import { openTimer, type TimerWing } from './timer/timer.js'
import { timerRoutes } from './timer/timer-routes.js'
import { topicsRoutes } from './topics/topics-routes.js'
import { openTransaction, type Transaction } from './transaction/transaction.js'
import { transactionRoutes } from './transaction/transaction-routes.js'
import { DelayLevels } from './writing/delay-levels.js'
import { deliveryTimeBy } from './writing/delivery-time.js'
import { openWriting, type Writing } from './writing/writing.js'

/** The parts of all wings; routes name the few of them they need. */
export interface Wings
  extends Environment,
    Tables,
    Writing,
    Clients,
    Delay,
    TimerWing,
    Transaction,
    Send,
    Retry,
    Pull,
    Pop,
    Assignment {
  readonly configUpdates: ConfigUpdates
  readonly levels: DelayLevels
  readonly store: MessageStore
  readonly stats: BrokerStats
}

/**
 * Opens the wings in order, from the log upwards; `resources` closes them in the reverse order. Expiry of clients and
 * saving of offsets run from then on, the duties of a master do not (`dutiesOf`).
 * Throws `CONFIG_FILE_BROKEN`, `OPTION_INVALID`, or what the store finds wrong with its directory.
 */
export async function openWings(environment: Environment, resources: Resources): Promise<Wings> {
  const configUpdates = resources.use(await ConfigUpdates.open(environment))
  const levels = new DelayLevels(environment.config.current.delayLevels)
  const deliveryTime = deliveryTimeBy(levels)
  const topicEnds = await openTopicEnds(environment)
  const store = resources.use(
    await MessageStore.open({ ...storeOptions(environment), deliveryTime, topicEnds }),
  )
  const tables = await openTables(environment, resources)
  const isSystemTopic = (topic: string) => tables.topics.isSystemTopic(topic)
  const stats = resources.use(new BrokerStats({ ...environment, isSystemTopic }))
  const ground = { ...environment, ...tables, configUpdates, levels, store, stats }
  const writing = openWriting(ground)
  const clients = openClients(ground, resources)
  const delay = await openDelay({ ...ground, ...writing }, resources)
  const timer = await openTimer(ground, resources)
  const transaction = await openTransaction({ ...ground, ...writing, ...clients }, resources)
  return {
    ...ground,
    ...writing,
    ...clients,
    ...delay,
    ...timer,
    ...transaction,
    ...openSend({ ...ground, ...writing, ...clients, ...timer }),
    ...openRetry({ ...ground, ...writing }),
    ...openPull({ ...ground, ...clients }, resources),
    ...(await openPop(ground, resources)),
    ...(await openAssignment({ ...ground, ...clients }, resources)),
  }
}

/** All recurring work that writes messages. Stop it before the wings are closed. */
export function dutiesOf({ scheduleDelivery, timers, transactionCheck, checkPoints }: Wings): Duties {
  return new Duties([scheduleDelivery, ...(timers ? [timers] : []), transactionCheck, checkPoints])
}

/** Every request the broker answers; a code that is in none of these lists is answered "not supported" by the router. */
export function routesOf(wings: Wings): Route[] {
  return [
    ...sendRoutes(wings),
    ...pullRoutes(wings),
    ...popRoutes(wings),
    ...retryRoutes(wings),
    ...delayRoutes(wings),
    ...timerRoutes(wings),
    ...transactionRoutes(wings),
    ...assignmentRoutes(wings),
    ...clientsRoutes(wings),
    ...topicsRoutes(wings),
    ...groupsRoutes(wings),
    ...offsetsRoutes(wings),
    ...queryRoutes(wings),
    ...adminRoutes(wings),
  ]
}

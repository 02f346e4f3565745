import type { FileSystem } from '@rocketeer/files'
import type { Clock, Logger, Resources } from '@rocketeer/foundation'
import type { MessageStore } from '@rocketeer/store'
import type { LiveConfig } from '../options/live-config.js'
import type { BrokerStats } from '../stats/broker-stats.js'
import type { ConsumerOffsets } from '../tables/consumer-offsets.js'
import type { SetAside } from '../tables/set-aside.js'
import type { SubscriptionGroupTable } from '../tables/subscription-group-table.js'
import type { TopicTable } from '../tables/topic-table.js'
import { Acknowledger } from './acknowledger.js'
import { CheckPoints } from './check-points.js'
import { OrderInfos } from './order-infos.js'
import { Peeker } from './peeker.js'
import { PopNotifier } from './pop-notifier.js'
import { PopOffsets } from './pop-offsets.js'
import { Popper } from './popper.js'
import { Revival } from './revival.js'
import { WaitingPops } from './waiting-pops.js'

export interface PopNeeds {
  /** The broker's root directory. */
  readonly directory: string
  readonly files: FileSystem
  readonly store: MessageStore
  readonly topics: TopicTable
  readonly groups: SubscriptionGroupTable
  readonly offsets: ConsumerOffsets
  readonly setAside: SetAside
  readonly stats: BrokerStats
  readonly config: LiveConfig
  readonly clock: Clock
  readonly random: () => number
  readonly logger: Logger
}

/** Consuming without owning queues. */
export interface Pop {
  readonly popper: Popper
  readonly acknowledger: Acknowledger
  readonly popNotifier: PopNotifier
  readonly peeker: Peeker
  readonly checkPoints: CheckPoints
  readonly waitingPops: WaitingPops
  readonly waitingNotifications: WaitingPops
}

/** Reads from the revive topic what was popped and not acknowledged before. Throws `CONFIG_FILE_BROKEN`. */
export async function openPop(needs: PopNeeds, resources: Resources): Promise<Pop> {
  const { topics } = needs
  const orderInfos = resources.use(await OrderInfos.open(needs))
  const revival = new Revival(needs)
  const checkPoints = await CheckPoints.open({
    ...needs,
    copyOf: (checkPoint, offset, failureHistory) => revival.copyOf(checkPoint, offset, failureHistory),
    revived: ({ topic }, { recordBytes }) => needs.stats.onPut(topic, 1, recordBytes),
  })
  topics.onChange((changed) => {
    if (changed === undefined) checkPoints.drop(({ topic }) => !topics.has(topic))
  })
  const waitingPops = resources.use(new WaitingPops(needs))
  const waitingNotifications = resources.use(new WaitingPops(needs))
  const popOffsets = new PopOffsets({ ...needs, orderInfos })
  const parts = { ...needs, orderInfos, checkPoints, waitingPops, waitingNotifications, popOffsets }
  const popper = new Popper(parts)
  return {
    popper,
    acknowledger: new Acknowledger(parts),
    popNotifier: new PopNotifier({ ...parts, popper }),
    peeker: new Peeker(parts),
    checkPoints,
    waitingPops,
    waitingNotifications,
  }
}

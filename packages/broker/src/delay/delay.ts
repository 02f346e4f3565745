import type { Resources } from '@rocketeer/foundation'
import type { BrokerStats } from '../stats/broker-stats.js'
import { DelayOffsets, type DelayOffsetsNeeds } from './delay-offsets.js'
import type { LevelDeliveryNeeds } from './level-delivery.js'
import { ScheduleDelivery } from './schedule-delivery.js'

export interface DelayNeeds
  extends DelayOffsetsNeeds,
    Pick<LevelDeliveryNeeds, 'store' | 'levels' | 'setAside'> {
  readonly stats: BrokerStats
}

/** Messages that wait for one of the delay levels. */
export interface Delay {
  readonly delayOffsets: DelayOffsets
  readonly scheduleDelivery: ScheduleDelivery
}

/** Throws `CONFIG_FILE_BROKEN`. */
export async function openDelay(needs: DelayNeeds, resources: Resources): Promise<Delay> {
  const delayOffsets = resources.use(await DelayOffsets.open(needs))
  const delivered: LevelDeliveryNeeds['delivered'] = ({ topic }, { recordBytes }) =>
    needs.stats.onPut(topic, 1, recordBytes)
  const scheduleDelivery = new ScheduleDelivery({ ...needs, offsets: delayOffsets, delivered })
  return { delayOffsets, scheduleDelivery }
}

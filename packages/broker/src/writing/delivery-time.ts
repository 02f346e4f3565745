import { SystemTopic } from '@rocketeer/protocol'
import { findProperty, type MessageRecord, PropertyName, timerWakeAt } from '@rocketeer/protocol/record'
import type { DeliveryTime } from '@rocketeer/store'
import type { DelayLevels } from './delay-levels.js'

/**
 * The delivery time of a stored record that waits in one of the topics of delayed messages; its consume queue holds it
 * in place of the hash of a tag. Apache: CommitLog.checkMessageAndReturnSize.
 */
export function deliveryTimeBy(levels: DelayLevels): DeliveryTime {
  return (record) => {
    if (record.topic === SystemTopic.TIMER) return timerWakeAt(record.properties, record.storeTimestamp)
    if (record.topic === SystemTopic.SCHEDULE) return leveledTime(record, levels)
    return undefined
  }
}

function leveledTime({ properties, storeTimestamp }: MessageRecord, levels: DelayLevels): number | undefined {
  const level = levels.clamp(Number(findProperty(properties, PropertyName.DELAY_LEVEL) ?? 0))
  return level > 0 ? storeTimestamp + levels.delayMs(level) : undefined
}

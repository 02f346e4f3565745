import { QueryCorrectionOffsetBody, type queryCorrectionOffset } from '@rocketeer/protocol/commands'
import type { HandlerOf } from '@rocketeer/remoting'
import type { MessageStore } from '@rocketeer/store'
import type { ConsumerOffsets } from '../tables/consumer-offsets.js'

/** Apache answers Long.MAX_VALUE for a queue in which the compared group is behind. */
const BEHIND = Number.MAX_SAFE_INTEGER

/**
 * The smallest offset of all groups in each queue, or `BEHIND` where `compareGroup` is before it.
 * Apache: AdminBrokerProcessor.queryCorrectionOffset; the groups in `filterGroups` are left out, where Apache deletes their
 * offsets.
 */
export function correctionOffsetHandler({
  offsets,
  store,
}: {
  offsets: ConsumerOffsets
  store: MessageStore
}): HandlerOf<typeof queryCorrectionOffset> {
  return ({ fields: { topic, compareGroup, filterGroups } }) => {
    const leftOut = new Set((filterGroups ?? '').split(','))
    const smallest = new Map<number, number>()
    for (const group of offsets.groupsOf(topic)) {
      if (leftOut.has(group)) continue
      for (const [queueId, offset] of offsets.queryTopic(group, topic)) {
        if (offset < store.minOffset(topic, queueId)) continue
        smallest.set(queueId, Math.min(offset, smallest.get(queueId) ?? BEHIND))
      }
    }
    for (const [queueId, offset] of offsets.queryTopic(compareGroup, topic)) {
      if ((smallest.get(queueId) ?? BEHIND) > offset) smallest.set(queueId, BEHIND)
    }
    return { body: QueryCorrectionOffsetBody.encode({ correctionOffsets: smallest }) }
  }
}

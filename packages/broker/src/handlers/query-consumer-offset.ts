import { type queryConsumerOffset, ResponseCode } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { MessageStore } from '@rocketeer/store'
import type { ConsumerOffsets } from '../offsets/consumer-offsets.js'

/**
 * Where a group goes on. A new group on a queue that has lost nothing yet starts at 0, so that what was sent before its
 * first consumer came is not skipped; otherwise the client decides. Apache: ConsumerManageProcessor.queryConsumerOffset.
 */
export function queryConsumerOffsetHandler(needs: {
  offsets: ConsumerOffsets
  store: MessageStore
}): HandlerOf<typeof queryConsumerOffset> {
  return ({ fields: { consumerGroup, topic, queueId, setZeroIfNotFound } }) => {
    const offset = needs.offsets.query(consumerGroup, topic, queueId)
    if (offset >= 0) return { fields: { offset } }
    if (setZeroIfNotFound === false) {
      return notFound('Not found, do not set to zero, maybe this group boot first')
    }
    const nothingLost = needs.store.minOffset(topic, queueId) <= 0
    if (nothingLost && needs.store.maxOffset(topic, queueId) > 0) return { fields: { offset: 0 } }
    return notFound('Not found, V3_0_6_SNAPSHOT maybe this group consumer boot first')
  }
}

function notFound(remark: string): { code: number; remark: string } {
  return { code: ResponseCode.QUERY_NOT_FOUND, remark }
}

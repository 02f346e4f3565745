import type { searchOffsetByTimestamp } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { MessageStore } from '@rocketeer/store'

/** The first message stored at a time or after it; with UPPER the last one stored at it or before. */
export function searchOffsetByTimestampHandler(needs: {
  store: MessageStore
}): HandlerOf<typeof searchOffsetByTimestamp> {
  return async ({ fields: { topic, queueId, timestamp, boundaryType } }) => {
    const boundary = boundaryType?.toUpperCase() === 'UPPER' ? 'upper' : 'lower'
    return { fields: { offset: await needs.store.offsetAt(topic, queueId, timestamp, boundary) } }
  }
}

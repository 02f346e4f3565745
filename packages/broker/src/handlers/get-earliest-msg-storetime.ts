import type { getEarliestMsgStoretime } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { MessageStore } from '@rocketeer/store'

/** When the oldest message of a queue was stored, -1 when it has none. */
export function getEarliestMsgStoretimeHandler(needs: {
  store: MessageStore
}): HandlerOf<typeof getEarliestMsgStoretime> {
  return async ({ fields: { topic, queueId } }) => ({
    fields: { timestamp: await needs.store.earliestStoreTimestamp(topic, queueId) },
  })
}

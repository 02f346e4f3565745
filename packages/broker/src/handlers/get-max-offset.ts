import type { getMaxOffset } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { MessageStore } from '@rocketeer/store'

/** The offset the next message of a queue gets; 0 for a queue nobody has written to. */
export function getMaxOffsetHandler({ store }: { store: MessageStore }): HandlerOf<typeof getMaxOffset> {
  return ({ fields: { topic, queueId } }) => ({ fields: { offset: store.maxOffset(topic, queueId) } })
}

import type { getMinOffset } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { MessageStore } from '@rocketeer/store'

/** The offset of the oldest message a queue still has. */
export function getMinOffsetHandler({ store }: { store: MessageStore }): HandlerOf<typeof getMinOffset> {
  return ({ fields: { topic, queueId } }) => ({ fields: { offset: store.minOffset(topic, queueId) } })
}

import type { getMinOffset } from '@rocketeer/protocol'
import type { MessageStore } from '@rocketeer/store'
import type { HandlerOf } from './handler-of.js'

/** The offset of the oldest message a queue still has. */
export function getMinOffsetHandler({ store }: { store: MessageStore }): HandlerOf<typeof getMinOffset> {
  return ({ fields: { topic, queueId } }) => ({ fields: { offset: store.minOffset(topic, queueId) } })
}

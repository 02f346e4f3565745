import { javaHashCode } from '@rocketeer/protocol'
import { clientErrors } from '../errors.js'
import type { MessageToSend } from '../messages/outgoing.js'
import type { Choose } from './delivery.js'
import type { SendOptions } from './producer-options.js'

/** The function that chooses the queue as the options say; undefined when any queue will do. */
export function chooser(message: MessageToSend, options: SendOptions): Choose | undefined {
  const { queue, selector, orderKey } = options
  if (queue === undefined && selector === undefined && orderKey === undefined) return undefined
  if (message.priority !== undefined) {
    const problem = 'its "priority" chooses the queue: leave out "queue", "selector" and "orderKey"'
    throw clientErrors.MESSAGE_INVALID({ problem })
  }
  return ({ topic, writeQueues }) => {
    if (orderKey !== undefined) {
      // Without the sign bit, so that negative hash codes choose a queue, too.
      return writeQueues[(javaHashCode(orderKey) & 0x7fffffff) % writeQueues.length]!
    }
    const wanted: (SendOptions['queue'] & { topic?: string }) | undefined =
      queue ?? selector!(writeQueues, message) ?? undefined
    const found = writeQueues.find(
      (each) => each.brokerName === wanted?.brokerName && each.queueId === wanted.queueId,
    )
    if (found === undefined || (wanted?.topic ?? topic) !== topic)
      throw clientErrors.QUEUE_UNKNOWN({ topic, queue: wanted })
    return found
  }
}

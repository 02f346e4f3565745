import { isRocketeerError } from '@rocketeer/foundation'
import { decodeTraceData, SystemTopic, type TraceEntry, traceKeysOf } from '@rocketeer/protocol'
import type { Message } from '../messages/received-message.js'
import type { AdminNeeds } from './admin-needs.js'
import { type KeyQueryOptions, messagesByKey } from './message-lookup.js'

/** What a client noted about a message, under the names of Apache's TraceContext and TraceBean. */
export type MessageTrace = TraceEntry & {
  /** When it happened, by the client's clock; of old clients' `SubAfter`, when the entry was stored. */
  readonly timeStamp: number
  /** `ip:port` of the client. */
  readonly clientHost: string
}

export interface TraceQueryOptions extends KeyQueryOptions {
  /** The trace topic, `RMQ_SYS_TRACE_TOPIC`. */
  traceTopic?: string
}

/** Trace messages looked at per broker; a message that was retried for hours has some dozens. */
const TRACE_MESSAGES_MAX = 256

/** What clients noted about the messages with this id or key, in the order of time; none when there is no trace topic. */
export async function messageTraces(
  needs: AdminNeeds,
  idOrKey: string,
  { traceTopic = SystemTopic.TRACE, ...options }: TraceQueryOptions,
): Promise<MessageTrace[]> {
  const query = { messagesMax: TRACE_MESSAGES_MAX, ...options }
  const messages = await messagesByKey(needs, traceTopic, idOrKey, query).catch((error: unknown) => {
    if (isRocketeerError(error, 'NO_ROUTE')) return []
    throw error
  })
  return messages
    .flatMap(entriesOf)
    .filter((trace) => traceKeysOf(trace).includes(idOrKey))
    .sort((a, b) => a.timeStamp - b.timeStamp || ORDER.indexOf(a.type) - ORDER.indexOf(b.type))
}

/** Within a millisecond. */
const ORDER: readonly TraceEntry['type'][] = ['Pub', 'EndTransaction', 'Recall', 'SubBefore', 'SubAfter']

/** Anybody may write to the topic: what is no trace must not hide the others. */
function entriesOf(message: Message): MessageTrace[] {
  const { bornHost: clientHost, storeTimestamp } = message
  try {
    return decodeTraceData(message.body).map((entry) => ({
      ...entry,
      timeStamp: entry.timeStamp ?? storeTimestamp,
      clientHost,
    }))
  } catch (error) {
    if (isRocketeerError(error, 'BODY_MALFORMED') || isRocketeerError(error, 'BODY_DAMAGED')) return []
    throw error
  }
}

import { channel, type TracingChannelCollection, tracingChannel } from 'node:diagnostics_channel'
import type { MessageToSend } from './messages/outgoing.js'
import type { Message } from './messages/received-message.js'

/**
 * Instrumentation for metrics; nothing is computed while nobody listens.
 *
 * - `rocketeer:client:send`: `{ topic, queue, bodyBytes, elapsedMs, error }` for each attempt at a broker
 * - `rocketeer:client:consume`: `{ group, message, elapsedMs, error }` for each message handled
 * - `rocketeer:client:pull`: `{ group, queue, status, messageCount, elapsedMs }` for each answered pull
 * - `rocketeer:client:pop`: `{ group, queue, status, messageCount, elapsedMs }` for each answered pop
 * - `rocketeer:client:journal`: `{ directory, what, lane, messages }` for what came into a journal (`what`: `journaled`), was
 *   `delivered` out of it, or was `set-aside`; messages of one lane stay in order
 */
export const channels = {
  send: channel('rocketeer:client:send'),
  consume: channel('rocketeer:client:consume'),
  pull: channel('rocketeer:client:pull'),
  pop: channel('rocketeer:client:pop'),
  journal: channel('rocketeer:client:journal'),
}

/** What subscribers of the tracing channel `rocketeer:client:send` get. */
export interface TracedSend {
  /** Of the producer. */
  readonly group: string
  /**
   * The messages that are sent, copies of what the caller gave. A subscriber to `start` may add properties, for example
   * `traceparent`.
   */
  readonly messages: readonly (MessageToSend & { properties: Record<string, string> })[]
  /** The receipt or reply; set when the send has succeeded. */
  result?: unknown
  /** Set when the send has failed. */
  error?: unknown
}

/** What subscribers of the tracing channel `rocketeer:client:handle` get. */
export interface TracedHandling {
  /** Of the consumer. */
  readonly group: string
  /** One message, or those given to `handleBatch`. */
  readonly messages: readonly Message[]
  /** What the handler threw, also when it asked for another delivery with `retryLater` or `toDeadLetters`. */
  error?: unknown
}

/**
 * Instrumentation for spans: `start`, `end`, `asyncStart`, `asyncEnd` and `error` around a whole send, with all its
 * attempts, and around each call of a handler, which runs in the context of stores bound to `start`.
 */
export const tracing = {
  send: tracingChannel<unknown, TracedSend>('rocketeer:client:send'),
  handle: tracingChannel<unknown, TracedHandling>('rocketeer:client:handle'),
}

/** `TracingChannel.hasSubscribers`, which Node 20 does not have. */
export function isTraced<Traced>({
  start,
  end,
  asyncStart,
  asyncEnd,
  error,
}: TracingChannelCollection<unknown, Traced>): boolean {
  return (
    start.hasSubscribers ||
    end.hasSubscribers ||
    asyncStart.hasSubscribers ||
    asyncEnd.hasSubscribers ||
    error.hasSubscribers
  )
}

/** Sends copies of the messages, to which subscribers may add properties. Call it only when `tracing.send` is traced. */
export function traceSend<Sent extends MessageToSend | readonly MessageToSend[], Result>(
  group: string,
  sent: Sent,
  send: (copies: Sent) => Promise<Result>,
): Promise<Result> {
  const messages = Array.isArray(sent) ? sent.map(copyOf) : [copyOf(sent as MessageToSend)]
  const copies = (Array.isArray(sent) ? messages : messages[0]) as Sent
  return tracing.send.tracePromise(() => send(copies), { group, messages })
}

function copyOf(message: MessageToSend): TracedSend['messages'][number] {
  return { ...message, properties: { ...message.properties } }
}

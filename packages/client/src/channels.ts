import { channel } from 'node:diagnostics_channel'

/**
 * Instrumentation for tracing and metrics; nothing is computed while nobody listens.
 *
 * - `rocketeer:client:send`: `{ topic, queue, bodyBytes, elapsedMs, error }` for each attempt at a broker
 * - `rocketeer:client:consume`: `{ group, message, elapsedMs, error }` for each message handled
 * - `rocketeer:client:pull`: `{ group, queue, status, messageCount, elapsedMs }` for each answered pull
 * - `rocketeer:client:pop`: `{ group, queue, status, messageCount, elapsedMs }` for each answered pop
 */
export const channels = {
  send: channel('rocketeer:client:send'),
  consume: channel('rocketeer:client:consume'),
  pull: channel('rocketeer:client:pull'),
  pop: channel('rocketeer:client:pop'),
}

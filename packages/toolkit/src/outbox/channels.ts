import { channel } from 'node:diagnostics_channel'

/**
 * Instrumentation of the outbox; nothing is computed while nobody listens.
 *
 * - `rocketeer:toolkit:outbox`: `{ table, messages, failed, elapsedMs }` for each batch that a relay sent
 */
export const outboxChannel = channel('rocketeer:toolkit:outbox')

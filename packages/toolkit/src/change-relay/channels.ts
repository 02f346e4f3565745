import { channel } from 'node:diagnostics_channel'

/**
 * `rocketeer:toolkit:change-relay`: `{ relay, state, error }` for each change of a relay's state, and
 * `{ relay, position, changes, behindSeconds }` for each position it has saved.
 */
export const relayChannel = channel('rocketeer:toolkit:change-relay')

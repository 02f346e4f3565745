import { channel } from 'node:diagnostics_channel'
import type { Side } from './clusters.js'

/** `rocketeer:toolkit:migration`: what became of messages on the side that is not in charge. */
export interface MigrationEvent {
  /** A double write, or a shadow of a double read. */
  readonly kind: 'write' | 'shadow'
  readonly side: Side
  readonly topic: string
  readonly messageIds: readonly string[]
  /** Undefined when nothing failed. */
  readonly error: unknown
}

export const migrationChannel = channel('rocketeer:toolkit:migration')

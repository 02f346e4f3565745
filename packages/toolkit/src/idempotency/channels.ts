import { channel } from 'node:diagnostics_channel'
import type { Message } from '@rocketeer/client'
import type { EffectOutcome } from './idempotency-store.js'

/** `rocketeer:toolkit:idempotency`: one for each message of a call of the handler that did not fail. */
export interface IdempotencyEvent {
  readonly group: string
  readonly message: Message
  readonly scope: string
  readonly key: string
  /** `waited`: another consumer was at it, so the message comes again in a moment. */
  readonly outcome: EffectOutcome | 'waited'
}

export const idempotencyChannel = channel('rocketeer:toolkit:idempotency')

import type { Message } from '@rocketeer/client'

/** A message as a store knows it. */
export interface IdempotencyEntry {
  /** SHA-256 of scope and key; undefined for a message without a key that is handled all the same. */
  readonly id: Buffer | undefined
  /** Group, topic and tag, or what the option `scope` says. */
  readonly scope: string
  readonly key: string
  readonly message: Message
}

/** What became of a message: its effect made, made after another consumer had begun and gone, or found done already. */
export type EffectOutcome = 'handled' | 'takeover' | 'skipped'

/** What a store is given besides the messages. */
export interface EffectCall {
  /** Of the call of the handler. */
  readonly signal: AbortSignal
}

/**
 * Remembers which effects are done. `Transaction` is what the handler gets to make its effect in: the store's word that
 * the effect is done and the effect itself then become true together. Stores that have none give `undefined`.
 */
export interface IdempotencyStore<Transaction> {
  /**
   * Calls `effect` with those entries whose effect is not done yet, unless there are none, and resolves to an outcome for
   * each entry once they are done. No two entries have the same id. Rejects with what `effect` rejects with, and then
   * nothing is done; with `KEY_IN_PROGRESS` when another consumer is at one of them.
   */
  once(
    entries: readonly IdempotencyEntry[],
    effect: (
      fresh: readonly IdempotencyEntry[],
      transaction: Transaction,
      signal: AbortSignal,
    ) => Promise<void>,
    call: EffectCall,
  ): Promise<readonly EffectOutcome[]>
}

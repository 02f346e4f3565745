import type { Message } from '@rocketeer/client'
import { givenFunction } from '../given.js'
import type { EffectCall, EffectOutcome, IdempotencyEntry, IdempotencyStore } from './idempotency-store.js'

/**
 * Asks the business itself whether an effect is done ("is this order's coupon there already?"), and keeps nothing. Two
 * consumers that ask at the same time both hear no: what makes the effect has to refuse a second one itself, by a unique
 * index, for example. Throws `OPTION_INVALID`.
 */
export function businessCheck(
  exists: (message: Message) => boolean | Promise<boolean>,
): IdempotencyStore<undefined> {
  givenFunction(exists, 'businessCheck', 'a question')
  return {
    async once(
      entries: readonly IdempotencyEntry[],
      effect: (
        fresh: readonly IdempotencyEntry[],
        transaction: undefined,
        signal: AbortSignal,
      ) => Promise<void>,
      { signal }: EffectCall,
    ): Promise<readonly EffectOutcome[]> {
      const done = await Promise.all(entries.map(async ({ message }) => exists(message)))
      const fresh = entries.filter((_, index) => !done[index])
      if (fresh.length > 0) await effect(fresh, undefined, signal)
      return done.map((isDone) => (isDone ? 'skipped' : 'handled'))
    },
  }
}

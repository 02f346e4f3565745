import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { isRocketeerError } from '@rocketeer/client'
import { type FakeMessageOptions, fakeMessage } from '@rocketeer/client/testing'
import type { EffectOutcome, IdempotencyEntry, IdempotencyStore } from '../idempotency-store.js'
import { entryOf, type IdentityConfig } from '../identity.js'

/** One thing that every store that keeps something does. Plain assertions, so that programs on any Node can run it, too. */
export interface StoreCheck {
  readonly name: string
  run<Transaction>(store: IdempotencyStore<Transaction>): Promise<void>
}

const byKey: IdentityConfig = { key: ({ key }) => key, onMissingKey: 'handle' }
const call = { signal: new AbortController().signal }

/** What a consumer relies on, whichever store is behind it. */
export const storeContract: readonly StoreCheck[] = [
  {
    name: 'makes an effect once',
    run: async (store) => {
      const again = entry()
      const effects: string[] = []
      const make = async (fresh: readonly IdempotencyEntry[]) =>
        void effects.push(...fresh.map(({ key }) => key))
      deepStrictEqual(await store.once([again], make, call), ['handled'])
      deepStrictEqual(await store.once([again], make, call), ['skipped'])
      deepStrictEqual(effects, [again.key])
    },
  },
  {
    name: 'makes an effect again that failed, and passes the error on',
    run: async (store) => {
      const failing = entry()
      const reason = new Error('the coupon service is down')
      const fail = () => Promise.reject(reason)
      await rejects(store.once([failing], fail, call), (error) => error === reason)
      deepStrictEqual(await store.once([failing], async () => {}, call), ['handled'])
      deepStrictEqual(await store.once([failing], async () => {}, call), ['skipped'])
    },
  },
  {
    name: 'makes one effect when eight come at the same time',
    run: async (store) => {
      const raced = entry()
      let effects = 0
      const attempt = async (): Promise<EffectOutcome> => {
        for (;;) {
          try {
            const slow = async () => {
              await sleep(50)
              effects++
            }
            return (await store.once([raced], slow, call))[0]!
          } catch (error) {
            if (!isRocketeerError(error, 'KEY_IN_PROGRESS')) throw error
            await sleep(20)
          }
        }
      }
      const outcomes = await Promise.all(Array.from({ length: 8 }, attempt))
      strictEqual(effects, 1)
      deepStrictEqual(outcomes.sort(), ['handled', ...Array(7).fill('skipped')])
    },
  },
  {
    name: 'lets the next one make the effect when one of two that come at once fails',
    run: async (store) => {
      const raced = entry()
      let calls = 0
      const effect = async () => {
        await sleep(30)
        if (++calls === 1) throw new Error('the first fails')
      }
      const attempt = async (): Promise<string> => {
        for (;;) {
          try {
            return (await store.once([raced], effect, call))[0]!
          } catch (error) {
            if (!isRocketeerError(error, 'KEY_IN_PROGRESS')) return 'failed'
            await sleep(20)
          }
        }
      }
      const outcomes = await Promise.all([attempt(), attempt(), attempt()])
      deepStrictEqual(outcomes.sort(), ['failed', 'handled', 'skipped'])
      strictEqual(calls, 2)
    },
  },
  {
    name: 'tells keys apart that differ in any way, and knows long ones',
    run: async (store) => {
      const run = String(Math.random())
      const long = 'x'.repeat(10_240)
      const keys = [
        'a',
        'A',
        'a ',
        'ä',
        'a\u0308',
        '\u{1f9fe}',
        '\ud83e',
        '\ud83f',
        'a\0',
        `${long}1`,
        `${long}2`,
        "'; --",
      ]
      const entries = keys.map((key) =>
        entryOf(fakeMessage(), 'coupon', { key: () => run + key, onMissingKey: 'handle' }),
      )
      for (const each of entries) deepStrictEqual(await store.once([each], async () => {}, call), ['handled'])
      for (const each of entries) deepStrictEqual(await store.once([each], async () => {}, call), ['skipped'])
    },
  },
  {
    name: 'gives a batch what is not done yet, in its order',
    run: async (store) => {
      const entries = Array.from({ length: 10 }, () => entry())
      await store.once([entries[3]!, entries[7]!], async () => {}, call)
      let given: readonly IdempotencyEntry[] = []
      const make = async (fresh: readonly IdempotencyEntry[]) => {
        given = fresh
      }
      const outcomes = await store.once(entries, make, call)
      const expected = entries.map((_, index) => (index === 3 || index === 7 ? 'skipped' : 'handled'))
      deepStrictEqual(outcomes, expected)
      deepStrictEqual(
        given.map(({ key }) => key),
        entries.filter((_, index) => index !== 3 && index !== 7).map(({ key }) => key),
      )
      const none = store.once(entries, () => Promise.reject(new Error('nothing is left')), call)
      deepStrictEqual(await none, Array(10).fill('skipped'))
    },
  },
  {
    name: 'makes none of the effects of a batch that fails',
    run: async (store) => {
      const entries = [entry(), entry()]
      await rejects(store.once(entries, () => Promise.reject(new Error('one is bad')), call))
      deepStrictEqual(await store.once(entries, async () => {}, call), ['handled', 'handled'])
    },
  },
  {
    name: 'makes the effect of what has no key as often as it comes',
    run: async (store) => {
      const nameless = entryOf(fakeMessage(), 'coupon', byKey)
      deepStrictEqual(await store.once([nameless], async () => {}, call), ['handled'])
      deepStrictEqual(await store.once([nameless], async () => {}, call), ['handled'])
    },
  },
]

let made = 0

/** One that no other run has. */
function entry(options: FakeMessageOptions = {}): IdempotencyEntry {
  const key = `order-${process.pid}-${Date.now()}-${made++}`
  return entryOf(fakeMessage({ key, topic: 'paid', ...options }), 'coupon', byKey)
}

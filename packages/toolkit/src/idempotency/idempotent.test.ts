import { defineTopic, type Message } from '@rocketeer/client'
import { fakeContext, fakeMessage } from '@rocketeer/client/testing'
import { z } from '@rocketeer/foundation'
import { beforeEach, describe, expect, expectTypeOf, it } from 'vitest'
import { toolkitErrors } from '../errors.js'
import { businessCheck } from './business-check.js'
import { type IdempotencyEvent, idempotencyChannel } from './channels.js'
import type { IdempotencyStore } from './idempotency-store.js'
import { type IdempotentOptions, idempotent, idempotentBatch } from './idempotent.js'

const context = fakeContext({ group: 'coupon' })

/** Remembers in memory; `transaction` is a word. */
class MemoryStore implements IdempotencyStore<string> {
  readonly done = new Map<string, string>()
  once: IdempotencyStore<string>['once'] = async (entries, effect, { signal }) => {
    const names = entries.map(({ id }) => id?.toString('hex'))
    const fresh = entries.filter((_, index) => !this.done.has(names[index] ?? ''))
    if (fresh.length > 0) await effect(fresh, 'the transaction', signal)
    const outcomes = entries.map((entry) =>
      fresh.includes(entry) ? ('handled' as const) : ('skipped' as const),
    )
    for (const [index, { key }] of entries.entries()) if (names[index]) this.done.set(names[index], key)
    return outcomes
  }
}

let store: MemoryStore
beforeEach(() => {
  store = new MemoryStore()
})

async function effectsOf(
  messages: readonly Message[],
  options: Partial<IdempotentOptions<string>> = {},
  group = 'coupon',
): Promise<number> {
  let effects = 0
  const handle = idempotent({ store, ...options }, () => {
    effects++
  })
  for (const message of messages) await handle(message, { ...context, group })
  return effects
}

describe('idempotent', () => {
  it('knows a message by group, topic, tag and key', async () => {
    const message = fakeMessage({ topic: 'paid', tag: 'vip', key: 'order-1' })
    expect(await effectsOf([message, fakeMessage({ topic: 'paid', tag: 'vip', key: 'order-1' })])).toBe(1)
    expect(await effectsOf([message], {}, 'points')).toBe(1)
    const others = [
      { topic: 'refunded', tag: 'vip', key: 'order-1' },
      { topic: 'paid', key: 'order-1' },
      { topic: 'paid', tag: 'vip', key: 'order-2' },
    ]
    expect(await effectsOf(others.map(fakeMessage))).toBe(3)
  })

  it('takes another key and another scope', async () => {
    const topics = ['paid', 'paid_wide'].map((topic) =>
      fakeMessage({ topic, properties: { payment: 'p-1' } }),
    )
    const key = (message: Message) => message.userProperties.payment
    expect(await effectsOf(topics, { key })).toBe(2)
    expect(await effectsOf(topics, { key, scope: 'coupons' })).toBe(1)
  })

  it('knows a message that was spread over a wide topic by the topic that it comes from', async () => {
    const narrow = { topic: 'paid', tag: 'vip', key: 'order-1' }
    const properties = { SPREAD_ORIGIN: 'paid broker-a 1 17' }
    const wide = fakeMessage({ ...narrow, topic: 'paid_wide', properties })
    expect(await effectsOf([wide, fakeMessage(narrow)])).toBe(1)
  })

  it('knows a message without a key by its unique id, unless it is told otherwise', async () => {
    const [one, other] = [fakeMessage(), fakeMessage()]
    expect(await effectsOf([one, one, other])).toBe(2)
    expect(await effectsOf([one, one, other], { onMissingKey: 'handle' })).toBe(3)
    const dead = idempotent({ store, onMissingKey: 'deadLetter' }, () => {})
    await expect(dead(one, context)).rejects.toMatchObject({ delayLevel: -1, cause: { code: 'KEY_MISSING' } })
  })

  it('gives the transaction, and the value of a typed topic', async () => {
    const paid = defineTopic('paid', { schema: z.object({ order: z.string() }) })
    const given: unknown[] = []
    const handle = idempotent(
      { store },
      paid.handle((value, message, { transaction, group }) => {
        expectTypeOf(value).toEqualTypeOf<{ order: string }>()
        expectTypeOf(transaction).toEqualTypeOf<string>()
        given.push(value, message.key, transaction, group)
      }),
    )
    await handle(fakeMessage({ topic: 'paid', key: 'k', body: '{"order":"o-1"}' }), context)
    expect(given).toEqual([{ order: 'o-1' }, 'k', 'the transaction', 'coupon'])
    const undecodable = handle(fakeMessage({ topic: 'paid', key: 'bad', body: '?' }), context)
    await expect(undecodable).rejects.toMatchObject({ delayLevel: -1 })
    expect([...store.done.values()]).toEqual(['k'])
  })

  it('postpones a message while another consumer is at its key', async () => {
    const busy: IdempotencyStore<string> = {
      once: () => Promise.reject(toolkitErrors.KEY_IN_PROGRESS({ key: 'order-1' })),
    }
    const handle = idempotent({ store: busy, postponeMs: 50 }, () => {})
    const outcomes = await eventsOf(async () => {
      await expect(handle(fakeMessage({ key: 'order-1' }), context)).rejects.toMatchObject({
        name: 'Postponed',
        afterMs: 50,
      })
    })
    expect(outcomes).toEqual(['waited'])
  })

  it('publishes what became of each message', async () => {
    const message = fakeMessage({ key: 'order-1' })
    expect(await eventsOf(() => effectsOf([message, message]))).toEqual(['handled', 'skipped'])
  })

  it.each([
    {},
    { store: {} },
    { store: new MemoryStore(), onMissingKey: 'skip' },
    { store: new MemoryStore(), ttl: 5 },
  ])('refuses %j', (options) => {
    expect(() => idempotent(options as never, () => {})).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    )
  })
})

describe('idempotentBatch', () => {
  it('gives each key once, and leaves out what is done', async () => {
    const given: (string | undefined)[][] = []
    const handleBatch = idempotentBatch({ store }, (messages, { transaction }) => {
      expectTypeOf(transaction).toEqualTypeOf<string>()
      given.push(messages.map(({ key }) => key))
    })
    const batch = (...keys: string[]) => keys.map((key) => fakeMessage({ key }))
    await handleBatch(batch('a', 'b', 'a'), context)
    expect(await eventsOf(() => handleBatch(batch('b', 'c', 'c'), context))).toEqual([
      'skipped',
      'handled',
      'skipped',
    ])
    await handleBatch(batch('a', 'c'), context)
    expect(given).toEqual([['a', 'b'], ['c']])
  })
})

describe('businessCheck', () => {
  it('asks whether the effect is there', async () => {
    const coupons = new Set<string>()
    const check = businessCheck(async ({ key }) => coupons.has(key!))
    const handle = idempotent({ store: check }, ({ key }, { transaction }) => {
      expectTypeOf(transaction).toEqualTypeOf<undefined>()
      coupons.add(key!)
    })
    const message = fakeMessage({ key: 'order-1' })
    expect(await eventsOf(() => handle(message, context))).toEqual(['handled'])
    expect(await eventsOf(() => handle(message, context))).toEqual(['skipped'])
  })
})

async function eventsOf(run: () => Promise<unknown>): Promise<string[]> {
  const outcomes: string[] = []
  const listen = (event: unknown) => outcomes.push((event as IdempotencyEvent).outcome)
  idempotencyChannel.subscribe(listen)
  try {
    await run()
  } finally {
    idempotencyChannel.unsubscribe(listen)
  }
  return outcomes
}

import { z } from '@rocketeer/foundation'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { fakeContext, fakeMessage } from './for-tests.js'
import type { Handle } from './handling/handling-options.js'
import { RetryLater } from './handling/retry-later.js'
import { madeMessage } from './testing/made-message.js'
import { defineTopic } from './typed-topic.js'

const Order = z.object({ orderId: z.string(), paidAt: z.coerce.date<string>() })
const orderPaid = defineTopic('order-paid', { schema: Order })
const context = { group: 'g', signal: new AbortController().signal }
const received = (body: string) => madeMessage({ topic: 'order-paid', body: Buffer.from(body) })

describe('a typed topic', () => {
  it('makes messages of values the schema takes, and handles what the schema makes of them', async () => {
    const value = { orderId: 'o-1', paidAt: '2026-11-28T12:00:00Z' }
    const message = await orderPaid.message(value, { key: 'o-1', tag: 'coupon' })
    expect(message).toEqual({ topic: 'order-paid', key: 'o-1', tag: 'coupon', body: JSON.stringify(value) })
    const handled: Date[] = []
    const handle: Handle = orderPaid.handle((order, itsMessage, itsContext) => {
      expectTypeOf(order).toEqualTypeOf<{ orderId: string; paidAt: Date }>()
      handled.push(order.paidAt)
      return [itsMessage.topic, itsContext]
    })
    expect(await handle(received(message.body as string), context)).toEqual(['order-paid', context])
    expect(handled).toEqual([new Date('2026-11-28T12:00:00Z')])
    expect(orderPaid.subscribe('coupon || vip')).toEqual({ 'order-paid': 'coupon || vip' })
  })

  it('refuses to send what the schema does not take, and says where', async () => {
    // @ts-expect-error A number is no string.
    await expect(orderPaid.message({ orderId: 7, paidAt: '2026-11-28' })).rejects.toMatchObject({
      code: 'MESSAGE_INVALID',
      message: expect.stringMatching(/orderId: .*\("order-paid"\)/),
    })
  })

  it.each([
    ['no JSON', /not valid JSON/],
    ['{"orderId":"o-1"}', /paidAt: /],
  ])(
    'makes a dead letter of what it cannot decode, without a call of the handler: %s',
    async (body, problem) => {
      const handle = orderPaid.handle(() => expect.unreachable())
      const thrown: unknown = await Promise.resolve(handle(received(body), context)).catch((error) => error)
      expect(thrown).toBeInstanceOf(RetryLater)
      expect(thrown).toBeInstanceOf(RetryLater)
      expect(thrown).toMatchObject({
        delayLevel: -1,
        cause: {
          code: 'MESSAGE_UNDECODABLE',
          details: { topic: 'order-paid', problem: expect.stringMatching(problem) },
        },
      })
    },
  )

  it('leaves to retries what the handler itself throws', async () => {
    const error = new Error('the database is down')
    const handle = orderPaid.handle(() => Promise.reject(error))
    const body = '{"orderId":"o-1","paidAt":"2026-11-28"}'
    await expect(handle(received(body), context)).rejects.toBe(error)
  })

  it('leaves to retries what a schema throws, which says nothing about the message', async () => {
    const down = new Error('the database is down')
    const schema = {
      '~standard': { version: 1 as const, vendor: 'test', validate: () => Promise.reject(down) },
    }
    const handle = defineTopic('checked', { schema }).handle(() => expect.unreachable())
    await expect(handle(madeMessage({ body: Buffer.from('"o-1"') }), context)).rejects.toBe(down)
  })

  it('gives a handler of whose result the compiler knows the type', async () => {
    const count = defineTopic('counted', { schema: z.number() }).handle((value) => value + 1)
    const counted: number = await count(fakeMessage({ topic: 'counted', body: '41' }), fakeContext())
    expect(counted).toBe(42)
  })

  it('shows its handler the signal of the context', async () => {
    const handle = defineTopic('counted', { schema: z.number() }).handle(
      (_, __, { signal }) => signal.aborted,
    )
    const message = fakeMessage({ body: '1' })
    expect(await handle(message, fakeContext())).toBe(false)
    expect(await handle(message, fakeContext({ signal: AbortSignal.abort() }))).toBe(true)
  })

  it('takes other encodings than JSON, and schemas that take their time', async () => {
    const counted = defineTopic('counted', {
      schema: z.number().refine(async (value) => value > 0, 'must be positive'),
      encode: (value) => Buffer.from([value]),
      decode: (body) => body[0],
    })
    const message = await counted.message(7)
    expect(message.body).toEqual(Buffer.from([7]))
    expect(await counted.decode(madeMessage({ body: Buffer.from([7]) }))).toBe(7)
    await expect(counted.decode(madeMessage({ body: Buffer.from([0]) }))).rejects.toMatchObject({
      details: { problem: 'must be positive' },
    })
  })

  it.each([
    [undefined],
    [{}],
    [{ schema: { type: 'object' } }],
    [{ schema: { '~standard': { version: 1 } } }],
  ])(
    'needs a schema that says how it checks a value, as all messages would become dead letters: not %j',
    (options) => {
      expect(() => defineTopic('order-paid', options as never)).toThrow(
        expect.objectContaining({
          code: 'OPTION_INVALID',
          message: expect.stringContaining('Standard Schema'),
        }),
      )
    },
  )

  it('has a name that brokers take', () => {
    expect(() => defineTopic('no good', { schema: Order })).toThrow(
      expect.objectContaining({ code: 'TOPIC_INVALID' }),
    )
  })
})

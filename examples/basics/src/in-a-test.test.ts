/**
 * A real broker in a test: in this process, ready in milliseconds, gone afterwards. Several run side by side, so test
 * files do not disturb each other. Not for load tests: client and broker share one thread here.
 */
import { type Client, connect, ManualClock, type Message } from 'rocketeer'
import { type Server, startServer } from 'rocketeer/server'
import { fakeMessage, type WatchedHandlers, watchHandlers } from 'rocketeer/testing'
import { afterEach, beforeEach, expect, it } from 'vitest'

/** What is tested: grants a coupon for a paid order, once. */
class Coupons {
  readonly granted = new Set<string>()
  databaseIsUp = true

  async handle(message: Message): Promise<void> {
    if (!this.databaseIsUp) throw new Error('the coupon database is down')
    this.granted.add(message.key!)
  }
}

let clock: ManualClock
let server: Server
let mq: Client
let handlers: WatchedHandlers
let coupons: Coupons

beforeEach(async () => {
  clock = new ManualClock()
  server = await startServer({ clock })
  mq = await connect({ nameservers: server.nameservers, clock })
  mq.on('problem', () => undefined)
  handlers = watchHandlers()
  coupons = new Coupons()
  const consumer = mq.consumer({
    group: 'coupon',
    subscribe: { 'order-paid': '*' },
    startFrom: 'first',
    handle: (message) => coupons.handle(message),
  })
  await mq.admin().topics.create('order-paid')
  await consumer.ready
})
afterEach(async () => {
  handlers.stop()
  await mq.close()
  await server.close()
})

it('grants one coupon, also when the message comes twice: no broker is needed', async () => {
  const message = fakeMessage({ topic: 'order-paid', key: 'order-1' })
  await coupons.handle(message)
  await coupons.handle(message.withReconsumeTimes(1))
  expect([...coupons.granted]).toEqual(['order-1'])
})

it('grants a coupon for each paid order', async () => {
  const producer = mq.producer()
  for (const key of ['order-1', 'order-2']) await producer.send({ topic: 'order-paid', key, body: 'paid' })
  expect(await server.settled()).toEqual([])
  expect([...coupons.granted].sort()).toEqual(['order-1', 'order-2'])
})

it('grants it 10 s later when the database was down', async () => {
  coupons.databaseIsUp = false
  const receipt = await mq.producer().send({ topic: 'order-paid', key: 'order-1', body: 'paid' })
  await server.settled()
  coupons.databaseIsUp = true
  await clock.advance(9_999)
  expect(coupons.granted.size).toBe(0)
  await clock.advance(1)
  const message = await handlers.consumed(receipt, { group: 'coupon' })
  expect(message.reconsumeTimes).toBe(1)
})

/**
 * A real broker in a test: in this process, ready in milliseconds, gone afterwards. Several run side by side, so test
 * files do not disturb each other. Not for load tests: client and broker share one thread here.
 */
import { type Client, connect } from 'rocketeer'
import { type Server, startServer } from 'rocketeer/server'
import { afterEach, beforeEach, expect, it } from 'vitest'

let server: Server
let mq: Client

beforeEach(async () => {
  server = await startServer()
  mq = await connect({ nameservers: server.nameservers })
})
afterEach(async () => {
  await mq.close()
  await server.close()
})

it('grants a coupon for a paid order', async () => {
  const coupons: string[] = []
  mq.consumer({
    group: 'coupon',
    subscribe: { 'order-paid': '*' },
    startFrom: 'first',
    handle: (message) => coupons.push(message.text()),
  })
  await mq.producer().send({ topic: 'order-paid', body: 'order-1' })
  await expect.poll(() => coupons, { timeout: 5_000 }).toEqual(['order-1'])
})

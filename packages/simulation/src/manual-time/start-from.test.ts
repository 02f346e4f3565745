import { type Client, type ConsumerOptions, connect } from '@rocketeer/client'
import { Handled } from '@rocketeer/client-suite'
import { ManualClock } from '@rocketeer/foundation'
import { type Server, startServer } from '@rocketeer/server'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const HOUR = 3_600_000

describe('a new group', () => {
  let clock: ManualClock
  let server: Server
  let client: Client
  const times: number[] = []

  beforeEach(async () => {
    clock = new ManualClock()
    server = await startServer({ clock })
    client = await connect({ nameservers: server.nameservers, clock })
    const producer = client.producer()
    await client.admin().topics.create('orders', { queues: 1 })
    for (const body of ['1', '2', '3']) {
      times.push(clock.now())
      await producer.send({ topic: 'orders', body })
      await clock.advance(HOUR)
    }
  })
  afterEach(async () => {
    await client.close()
    await server.close()
    times.length = 0
  })

  async function received(startFrom: ConsumerOptions['startFrom'], count: number): Promise<string[]> {
    const handled = new Handled()
    const consumer = client.consumer({
      group: 'coupon',
      subscribe: { orders: '*' },
      startFrom,
      handle: handled.handle,
    })
    await consumer.ready
    await client.producer().send({ topic: 'orders', body: 'new' })
    await clock.advanceUntil(() => handled.messages.length >= count, 60_000)
    return handled.bodies
  }

  it("begins at the first message that was stored at its date, or later: 'startFrom' is exact", async () => {
    expect(await received(new Date(times[1]! + 1), 2)).toEqual(['3', 'new'])
  })

  it('begins at the end when its date is later than every message', async () => {
    expect(await received(new Date(clock.now() + HOUR), 1)).toEqual(['new'])
  })

  it('begins at the first message when its date is earlier than all', async () => {
    expect(await received(new Date(0), 4)).toEqual(['1', '2', '3', 'new'])
  })

  it("with 'last' still gets everything of a queue that has its first message, as Apache's does", async () => {
    expect(await received('last', 4)).toEqual(['1', '2', '3', 'new'])
  })
})

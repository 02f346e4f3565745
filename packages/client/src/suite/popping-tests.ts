import { eventually } from '@rocketeer/test-kit'
import { expect, it } from 'vitest'
import type { Client, Consumer, ConsumerOptions } from '../index.js'
import { Handled } from './handled.js'
import type { SuiteWorld } from './suite-peer.js'

/** The shortest there is. */
const INVISIBLE_MS = 5_000

interface Place {
  topic: string
  group: string
}

export function poppingTests(world: SuiteWorld): void {
  /** A topic that its group pops. */
  async function poppedTopic(client: Client, queues = 2): Promise<Place> {
    const place = { topic: world.name('popped'), group: world.name('group') }
    const admin = client.admin()
    await admin.createTopic(place.topic, { queues })
    await admin.createGroup(place.group)
    await admin.setMessageRequestMode(place.group, place.topic, 'POP')
    return place
  }

  function consumerOf(client: Client, { topic, group }: Place, options: Partial<ConsumerOptions>): Consumer {
    return client.consumer({
      group,
      subscribe: { [topic]: '*' },
      startFrom: 'first',
      assignedBy: 'broker',
      popInvisibleMs: INVISIBLE_MS,
      rebalanceIntervalMs: 500,
      ...options,
    })
  }

  /** The first answer may come before the broker has heard of the member. */
  async function popping(consumer: Consumer): Promise<void> {
    await consumer.ready
    await eventually(() => consumer.queues.some(({ queueId }) => queueId === -1), { withinMs: 20_000 })
  }

  async function sendAll(client: Client, topic: string, bodies: readonly string[]): Promise<void> {
    const producer = client.producer()
    await Promise.all(bodies.map((body) => producer.send({ topic, body })))
  }

  const numbered = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, i) => `${prefix}-${i}`)

  it('members take from all queues, each message once, and it is acknowledged', async () => {
    const [client, other] = [await world.connect(), await world.connect()]
    const place = await poppedTopic(client)
    const [one, two] = [new Handled(), new Handled()]
    const first = consumerOf(client, place, { handle: one.handle })
    const second = consumerOf(other, place, { handle: two.handle })
    await Promise.all([popping(first), popping(second)])
    const bodies = numbered('m', 60)
    await sendAll(client, place.topic, bodies)
    const all = () => [...one.bodies, ...two.bodies].sort()
    await eventually(() => expect(all()).toEqual([...bodies].sort()), { withinMs: 20_000 })
    const acknowledged = () => first.popCounts.acknowledged + second.popCounts.acknowledged
    await eventually(() => acknowledged() === 60)
    // Not acknowledged they would come back now.
    await new Promise((resolve) => setTimeout(resolve, INVISIBLE_MS + 3_000))
    expect(all()).toEqual([...bodies].sort())
    expect(first.popBacklog).toEqual([expect.objectContaining({ messages: 0 })])
  })
}

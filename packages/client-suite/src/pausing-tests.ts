import { setTimeout as pause } from 'node:timers/promises'
import { eventually } from '@rocketeer/test-kit'
import { expect, it } from 'vitest'
import { Handled } from './handled.js'
import type { SuiteWorld } from './suite-peer.js'

export function pausingTests(world: SuiteWorld): void {
  it.each([false, true])('begins nothing until it is resumed (ordered: %s)', async (ordered) => {
    const client = await world.connect()
    const topic = world.name('paused')
    await client.admin().topics.create(topic, { queues: 2 })
    const producer = client.producer()
    const [queueA, queueB] = await client.admin().topics.queues(topic)
    const handled = new Handled()
    const consumer = client.consumer({
      group: world.name('group'),
      subscribe: { [topic]: '*' },
      startFrom: 'first',
      ordered,
      handle: handled.handle,
    })
    await consumer.ready
    consumer.pause()
    await producer.send({ topic, body: 'a' }, { queue: queueA! })
    await producer.send({ topic, body: 'b' }, { queue: queueB! })
    await pause(400)
    expect(handled.bodies).toEqual([])
    consumer.resume()
    await handled.exactly(['a', 'b'])

    consumer.pause([queueA!])
    await producer.send({ topic, body: 'a2' }, { queue: queueA! })
    await producer.send({ topic, body: 'b2' }, { queue: queueB! })
    await eventually(() => handled.bodies.includes('b2'))
    await pause(300)
    expect(handled.bodies).not.toContain('a2')
    expect(consumer.queues.filter((queue) => queue.topic === topic)).toHaveLength(2)
    consumer.resume([queueA!])
    await handled.exactly(['a', 'b', 'a2', 'b2'])
  })

  it('is paused from the start, in queues it gets later', async () => {
    const client = await world.connect()
    const topic = world.name('paused')
    const handled = new Handled()
    await client.producer().send({ topic, body: 'x' })
    const consumer = client.consumer({
      group: world.name('group'),
      subscribe: { [topic]: '*' },
      startFrom: 'first',
      handle: handled.handle,
    })
    consumer.pause()
    await consumer.ready
    await pause(300)
    expect(handled.bodies).toEqual([])
    consumer.resume()
    await handled.exactly(['x'])
  })
}

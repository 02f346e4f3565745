import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually, TemporaryDirectory } from '@rocketeer/test-kit'
import { expect, it } from 'vitest'
import { Handled } from './handled.js'
import type { SuiteWorld } from './suite-peer.js'

export function broadcastingTests(world: SuiteWorld): void {
  async function topicWith(bodies: readonly string[]) {
    const topic = world.name('broadcast')
    const client = await world.connect()
    await client.admin().topics.create(topic, { queues: 4 })
    const producer = client.producer()
    const send = (more: readonly string[]) => Promise.all(more.map((body) => producer.send({ topic, body })))
    await send(bodies)
    const group = world.name('group')
    return { topic, send, options: { group, subscribe: { [topic]: '*' }, mode: 'broadcasting' } as const }
  }

  it('every member gets every message, and goes on where it stopped', async () => {
    const { send, options, topic } = await topicWith(['a', 'b', 'c'])
    const directory = await TemporaryDirectory.create()
    const start = async (instanceName: string, handled: Handled) => {
      const client = await world.connect({ instanceName })
      const consumer = client.consumer({
        ...options,
        startFrom: 'first',
        localOffsetsDirectory: directory.path,
        handle: handled.handle,
      })
      await consumer.ready
      return { consumer, client }
    }
    const first = [new Handled(), new Handled()] as const
    const one = await start('one', first[0])
    const two = await start('two', first[1])
    expect(one.consumer.queues.filter((queue) => queue.topic === topic)).toHaveLength(4)
    await Promise.all(first.map((handled) => handled.exactly(['a', 'b', 'c'])))
    await one.client.close()
    await send(['d'])
    await first[1].exactly(['a', 'b', 'c', 'd'])
    await two.client.close()
    const again = [new Handled(), new Handled()] as const
    await start('one', again[0])
    await start('two', again[1])
    await send(['e'])
    await again[0].exactly(['d', 'e'])
    await again[1].exactly(['e'])
    await directory.remove()
  })

  it('what a handler fails on is reported and left out', async () => {
    const { options } = await topicWith(['good', 'bad'])
    const directory = await TemporaryDirectory.create()
    const client = await world.connect({ clientId: world.name('client') })
    const handled = new Handled()
    const problems: unknown[] = []
    const consumer = client.consumer({
      ...options,
      startFrom: 'first',
      localOffsetsDirectory: directory.path,
      handle: (message) => {
        handled.handle(message)
        if (message.text() === 'bad') throw new Error('no')
      },
    })
    consumer.on('problem', (problem) => problems.push(problem))
    await handled.exactly(['good', 'bad'])
    await eventually(() => problems.length === 2)
    expect(problems).toEqual(
      expect.arrayContaining([new Error('no'), expect.objectContaining({ code: 'MESSAGE_DROPPED' })]),
    )
    await consumer.close()
    const path = join(directory.path, client.clientId, options.group, 'offsets.json')
    expect(await readFile(path, 'utf8')).toContain('"offsetTable"')
    // Nothing at the broker: it answers 0 for a group that never committed in a queue that has its first message still.
    const [topic] = Object.keys(options.subscribe)
    const queues = await client.admin().topics.queues(topic!)
    for (const queue of queues)
      expect((await client.admin().offsets.committed(options.group, queue)) ?? 0).toBe(0)
    await directory.remove()
  })
}

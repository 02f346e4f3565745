import { fileURLToPath } from 'node:url'
import type { Client, ConsumerOptions, Message, Producer } from '@rocketeer/client'
import { ChildProgram, eventually, Gate } from '@rocketeer/test-kit'
import { expect, it } from 'vitest'
import { Handled } from './handled.js'
import type { SuiteWorld } from './suite-peer.js'

export function consumingTests(world: SuiteWorld): void {
  /** A topic with 4 queues and messages in it. */
  async function topicWith(bodies: readonly string[], tag?: string) {
    const client = await world.connect()
    const topic = world.name('consume')
    const producer = client.producer()
    await client.admin().topics.create(topic, { queues: 4 })
    await sendAll(producer, topic, bodies, tag)
    return { client, producer, topic, group: world.name('group') }
  }

  it('every message once, from the first', async () => {
    const bodies = numbered(200)
    const { client, topic, group } = await topicWith(bodies)
    const handled = new Handled()
    const consumer = client.consumer({
      group,
      subscribe: { [topic]: '*' },
      startFrom: 'first',
      handle: handled.handle,
    })
    await consumer.ready
    expect(consumer.queues.filter((queue) => queue.topic === topic)).toHaveLength(4)
    await handled.exactly(bodies)
  })

  it('only the tags it subscribed', async () => {
    const { client, producer, topic, group } = await topicWith(['a1', 'a2'], 'a')
    await sendAll(producer, topic, ['b1'], 'b')
    await sendAll(producer, topic, ['c1'], 'c')
    await sendAll(producer, topic, ['none'])
    const handled = new Handled()
    const consumer = client.consumer({
      group,
      subscribe: { [topic]: 'a || c' },
      startFrom: 'first',
      handle: handled.handle,
    })
    await consumer.ready
    await handled.exactly(['a1', 'a2', 'c1'])
    // The group has passed the messages of other tags, too: it has no lag.
    await consumer.close()
    const { lag, queues } = await client.admin().groups.progress(group, topic)
    expect(lag).toBe(0)
    expect(queues.map((queue) => queue.lag)).toEqual(queues.map(() => 0))
  })

  it('what comes after it joined', async () => {
    const { client, producer, topic, group } = await topicWith([])
    const handled = new Handled()
    await client.consumer({ group, subscribe: { [topic]: '*' }, startFrom: 'last', handle: handled.handle })
      .ready
    await sendAll(producer, topic, numbered(20))
    await handled.exactly(numbered(20))
  })

  it('in batches', async () => {
    const bodies = numbered(40)
    const { client, topic, group } = await topicWith(bodies)
    const sizes: number[] = []
    const handled = new Handled()
    const handleBatch = (messages: readonly Message[]) => {
      sizes.push(messages.length)
      messages.forEach(handled.handle)
    }
    client.consumer({ group, subscribe: { [topic]: '*' }, startFrom: 'first', batchSize: 4, handleBatch })
    await handled.exactly(bodies)
    expect(Math.max(...sizes)).toBeGreaterThan(1)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(4)
  })

  it('so many at the same time as its concurrency says, and not more', async () => {
    const { client, topic, group } = await topicWith(numbered(60))
    let running = 0
    let most = 0
    const handled = new Handled()
    const handle = async (message: Message) => {
      most = Math.max(most, ++running)
      await new Promise((resolve) => setTimeout(resolve, 10))
      running--
      handled.handle(message)
    }
    client.consumer({ group, subscribe: { [topic]: '*' }, startFrom: 'first', concurrency: 7, handle })
    await handled.exactly(numbered(60))
    expect(most).toBe(7)
  })

  it('no more than its thresholds into memory', async () => {
    const { client, producer, topic, group } = await topicWith([])
    await Promise.all(numbered(300).map((body) => producer.send({ topic, body }, { orderKey: '' })))
    const release = new Gate()
    const handled = new Handled()
    const handle = async (message: Message) => {
      await release.opened
      handled.handle(message)
    }
    const consumer = client.consumer({
      group,
      subscribe: { [topic]: '*' },
      startFrom: 'first',
      pullThresholdMessages: 40,
      pullBatchSize: 16,
      handle,
    })
    await eventually(() => messagesIn(consumer.backlog) >= 40)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(messagesIn(consumer.backlog)).toBeLessThan(40 + 16)
    release.open()
    await handled.exactly(numbered(300))
    expect(messagesIn(consumer.backlog)).toBe(0)
  })

  it('and commits only up to the lowest unfinished message', async () => {
    const { client, producer, topic, group } = await topicWith([])
    const receipts = await Promise.all(
      numbered(10).map((body) => producer.send({ topic, body }, { orderKey: '' })),
    )
    const queue = { topic, ...receipts[0]!.queue }
    const offsetOf = (body: string) => receipts[numbered(10).indexOf(body)]!.queueOffset
    const release = new Gate()
    const handled = new Handled()
    const options: ConsumerOptions = {
      group,
      subscribe: { [topic]: '*' },
      startFrom: 'first',
      closeTimeoutMs: 50,
      handle: async (message) => {
        if (message.queueOffset === 3) await release.opened
        handled.handle(message)
      },
    }
    const first = client.consumer(options)
    await eventually(() => handled.messages.length === 9)
    await first.close()
    expect(await client.admin().offsets.committed(group, queue)).toBe(3)
    // As after a crash: every message from the unfinished one on comes again.
    const again = new Handled()
    client.consumer({ ...options, handle: again.handle })
    // Sends under way at the same time may be stored in any order.
    const byOffset = numbered(10).sort((a, b) => offsetOf(a) - offsetOf(b))
    await again.exactly(byOffset.slice(3))
    release.open()
  })

  it('shared with others of its group, who take over when it leaves', async () => {
    const { client, producer, topic, group } = await topicWith([])
    const subscribe = { [topic]: '*' }
    const handled = new Handled()
    const clients = [client, await world.connect()] as [Client, Client]
    const one = clients[0].consumer({ group, subscribe, startFrom: 'first', handle: handled.handle })
    await one.ready
    expect(own(one.queues, topic)).toHaveLength(4)
    const two = clients[1].consumer({ group, subscribe, startFrom: 'first', handle: handled.handle })
    await eventually(() => own(one.queues, topic).length === 2 && own(two.queues, topic).length === 2)
    await sendAll(producer, topic, numbered(100))
    await handled.exactly(numbered(100))
    await one.close()
    await eventually(() => own(two.queues, topic).length === 4)
    await sendAll(producer, topic, ['after 1', 'after 2', 'after 3', 'after 4'])
    await handled.exactly([...numbered(100), 'after 1', 'after 2', 'after 3', 'after 4'])
  })

  it('to the end what is running when it is closed', async () => {
    const { client, topic, group } = await topicWith(numbered(8))
    const started = new Gate()
    let finished = 0
    const handle = async () => {
      started.open()
      await new Promise((resolve) => setTimeout(resolve, 200))
      finished++
    }
    const consumer = client.consumer({
      group,
      subscribe: { [topic]: '*' },
      startFrom: 'first',
      concurrency: 3,
      handle,
    })
    await started.opened
    await consumer.close()
    const atClose = finished
    expect(atClose).toBeGreaterThan(0)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(finished).toBe(atClose)
    const rest = new Handled()
    client.consumer({ group, subscribe: { [topic]: '*' }, startFrom: 'first', handle: rest.handle })
    await eventually(() => rest.messages.length === 8 - atClose)
  })

  it('but tells handlers that take too long at close to stop', async () => {
    const { client, topic, group } = await topicWith(['slow'])
    const started = new Gate()
    const aborted = new Gate<unknown>()
    const consumer = client.consumer({
      group,
      subscribe: { [topic]: '*' },
      startFrom: 'first',
      closeTimeoutMs: 50,
      handle: async (_message, { signal }) => {
        started.open()
        await new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            aborted.open(signal.reason)
            reject(signal.reason)
          })
        })
      },
    })
    await started.opened
    await consumer.close()
    expect(await aborted.opened).toMatchObject({ code: 'CLOSED' })
  })

  it('once only per group and client', async () => {
    const { client, topic, group } = await topicWith([])
    const options: ConsumerOptions = { group, subscribe: { [topic]: '*' }, handle: () => {} }
    client.consumer(options)
    expect(() => client.consumer(options)).toThrow(expect.objectContaining({ code: 'GROUP_IN_USE' }))
  })

  it('not without a word when another process has the same client id: both are told', async () => {
    const topic = world.name('shared')
    await (await world.connect()).admin().topics.create(topic, { queues: 2 })
    const program = fileURLToPath(new URL('./twin-program.js', import.meta.url))
    const args = [program, world.nameservers.join(';'), topic, world.name('my-app')]
    const twins = ['one', 'two'].map((name) =>
      ChildProgram.start({ name: `twin ${name}`, command: process.execPath, args }),
    )
    await Promise.all(twins.map((twin) => twin.line(/CLIENT_ID_SHARED/)))
    await Promise.all(twins.map((twin) => twin.kill()))
  })

  it('a topic that does not exist yet, once it does', async () => {
    const client = await world.connect()
    const topic = world.name('later')
    const handled = new Handled()
    const consumer = client.consumer({
      group: world.name('group'),
      subscribe: { [topic]: '*' },
      startFrom: 'first',
      handle: handled.handle,
    })
    const problems: unknown[] = []
    consumer.on('problem', (problem) => problems.push(problem))
    await consumer.ready
    await eventually(() => problems.length > 0)
    expect(problems).toEqual([expect.objectContaining({ code: 'NO_ROUTE' })])
    await client.producer().send({ topic, body: 'here' })
    await handled.exactly(['here'])
    // Brokers did not know the group before, which is no problem.
    expect(problems).toHaveLength(1)
  })
}

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `m${i}`)
}

function own(queues: readonly { topic: string }[], topic: string) {
  return queues.filter((queue) => queue.topic === topic)
}

function messagesIn(backlog: readonly { messages: number }[]): number {
  return backlog.reduce((sum, queue) => sum + queue.messages, 0)
}

async function sendAll(
  producer: Producer,
  topic: string,
  bodies: readonly string[],
  tag?: string,
): Promise<void> {
  await Promise.all(bodies.map((body) => producer.send({ topic, body, tag })))
}

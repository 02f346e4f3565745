import type { Message } from '@rocketeer/client'
import { expect, it } from 'vitest'
import type { SuiteWorld } from './suite-peer.js'

export function requestTests(world: SuiteWorld): void {
  /** A consumer that replies to what it gets, from a client of its own. */
  async function serviceIn(topic: string, answer: (request: Message) => string | undefined): Promise<void> {
    const client = await world.connect()
    await client.admin().topics.create(topic, { queues: 2 })
    const producer = client.producer({ group: world.name('service') })
    await client.consumer({
      group: world.name('group'),
      subscribe: { [topic]: '*' },
      startFrom: 'first',
      handle: async (message) => {
        const body = answer(message)
        if (body !== undefined) await producer.reply(message, body)
      },
    }).ready
  }

  it('each with its own reply', async () => {
    const topic = world.name('request')
    await serviceIn(topic, (request) => `${request.text()}!`.repeat(request.text() === 'long' ? 10_000 : 1))
    const producer = (await world.connect()).producer()
    const texts = ['a', 'b', 'c', 'long']
    const replies = await Promise.all(
      texts.map((body) => producer.request({ topic, body }, { timeoutMs: 10_000 })),
    )
    expect(replies.map((reply) => reply.text())).toEqual(['a!', 'b!', 'c!', 'long!'.repeat(10_000)])
  })

  it('gives up when no reply comes, or when told to', async () => {
    const topic = world.name('request')
    await serviceIn(topic, () => undefined)
    const producer = (await world.connect()).producer()
    await expect(producer.request({ topic, body: 'x' }, { timeoutMs: 500 })).rejects.toMatchObject({
      code: 'REPLY_TIMEOUT',
      retryable: true,
    })
    const signal = AbortSignal.timeout(200)
    await expect(producer.request({ topic, body: 'x' }, { timeoutMs: 10_000, signal })).rejects.toMatchObject(
      { name: 'TimeoutError' },
    )
  })

  it('fails a reply that comes too late, or to a message that is no request', async () => {
    const topic = world.name('request')
    const client = await world.connect()
    await client.admin().topics.create(topic, { queues: 1 })
    const requester = await world.connect()
    await expect(
      requester.producer().request({ topic, body: 'x' }, { timeoutMs: 300 }),
    ).rejects.toMatchObject({ code: 'REPLY_TIMEOUT' })
    await requester.close()
    const [queue] = await client.admin().topics.queues(topic)
    // On Apache's broker an acknowledged message can be pulled a moment later.
    const [request] = (await client.pull(queue!, 0, { waitMs: 5_000 })).messages
    const producer = client.producer({ sendRetriesMax: 0 })
    await expect(producer.reply(request!, 'late')).rejects.toMatchObject({ code: 'BROKER_REFUSED' })
    await producer.send({ topic, body: 'ordinary' })
    const [ordinary] = (await client.pull(queue!, 1, { waitMs: 5_000 })).messages
    await expect(producer.reply(ordinary!, 'x')).rejects.toMatchObject({ code: 'NOT_A_REQUEST' })
  })
}

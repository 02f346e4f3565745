import { type Client, type ConsumerOptions, connect } from '@rocketeer/client'
import { type WatchedHandlers, watchHandlers } from '@rocketeer/client/testing'
import { ManualClock } from '@rocketeer/foundation'
import { type Server, startServer } from '@rocketeer/server'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const TOPIC = 'orders'
const GROUP = 'coupon'

interface Mode {
  name: string
  options: Partial<ConsumerOptions>
}

const modes: Mode[] = [
  { name: 'a consumer', options: {} },
  { name: 'a consumer in order', options: { ordered: true, suspendMs: 10_000 } },
  { name: 'a popping consumer', options: { assignedBy: 'broker' } },
  { name: 'a broadcasting consumer', options: { mode: 'broadcasting' } },
]

describe.each(['a manual clock', 'the real clock'])('by %s', (time) => {
  let clock: ManualClock | undefined
  let server: Server
  let client: Client
  let handlers: WatchedHandlers

  beforeEach(async () => {
    clock = time === 'a manual clock' ? new ManualClock() : undefined
    server = await startServer({ clock })
    client = await connect({ nameservers: server.nameservers, clock })
    handlers = watchHandlers()
    await client.admin().topics.create(TOPIC, { queues: 2 })
    await client.admin().groups.create(GROUP)
  })
  afterEach(async () => {
    handlers.stop()
    await client.close()
    await server.close()
  })

  async function consume(handle: ConsumerOptions['handle'], mode: Mode, topic = TOPIC): Promise<void> {
    if (mode.name === 'a popping consumer') {
      await client.admin().groups.create(GROUP)
      await client.admin().groups.setRequestMode(GROUP, topic, { mode: 'POP' })
    }
    const consumer = client.consumer({
      ...{ group: GROUP, subscribe: { [topic]: '*' }, startFrom: 'first', handle, closeTimeoutMs: 100 },
      // Offsets of earlier runs say nothing about this server.
      ...(mode.name === 'a broadcasting consumer' ? { localOffsetsDirectory: server.directory } : {}),
      ...mode.options,
    } as ConsumerOptions)
    consumer.on('problem', () => undefined)
    await consumer.ready
  }

  it.each(modes)('settled waits until everything sent was handled by $name', async (mode) => {
    const handled: string[] = []
    await consume(async (message) => {
      await new Promise((resolve) => setTimeout(resolve, 5))
      handled.push(message.text())
    }, mode)
    const producer = client.producer()
    for (let i = 0; i < 20; i++) await producer.send({ topic: TOPIC, body: String(i) })
    expect(await server.settled()).toEqual([])
    expect(handled).toHaveLength(20)
  })

  it.each(modes.filter(({ name }) => name !== 'a popping consumer'))(
    'settled waits for the message that creates its topic, with $name',
    async (mode) => {
      const handled: string[] = []
      await consume((message) => void handled.push(message.text()), mode, 'new-topic')
      await client.producer().send({ topic: 'new-topic', body: 'the first' })
      expect(await server.settled()).toEqual([])
      expect(handled).toEqual(['the first'])
    },
  )

  it('settled waits for the first message to a topic that was created after its consumer', async () => {
    const handled: string[] = []
    await consume((message) => void handled.push(message.text()), modes[0]!, 'late-topic')
    await client.admin().topics.create('late-topic')
    await client.producer().send({ topic: 'late-topic', body: 'the first' })
    expect(await server.settled()).toEqual([])
    expect(handled).toEqual(['the first'])
  })

  it('settled does not wait for a retry whose time has not come', async () => {
    let attempts = 0
    await consume(() => {
      attempts++
      throw new Error('never')
    }, modes[0]!)
    await client.producer().send({ topic: TOPIC, body: 'x' })
    expect(await server.settled()).toEqual([])
    expect(attempts).toBe(1)
  })

  it('settled says what a paused group has left', async () => {
    const consumer = client.consumer({
      ...{ group: GROUP, subscribe: { [TOPIC]: '*' }, startFrom: 'first', handle: () => undefined },
    })
    await consumer.ready
    consumer.pause()
    for (const body of ['1', '2', '3']) await client.producer().send({ topic: TOPIC, body })
    const left = [{ group: GROUP, topic: TOPIC, messages: 3 }]
    if (clock) expect(await server.settled()).toEqual(left)
    else
      await expect(server.settled({ withinMs: 50 })).rejects.toMatchObject({
        code: 'NOT_SETTLED',
        details: { unfinished: left },
      })
  })

  it('handlers.consumed waits for a message, and knows one that was consumed before', async () => {
    await consume(() => undefined, modes[0]!)
    const receipt = await client.producer().send({ topic: TOPIC, body: 'x' })
    const message = await handlers.consumed(receipt, { group: GROUP })
    expect(message.text()).toBe('x')
    expect(await handlers.consumed(receipt.messageId)).toBe(message)
    expect(handlers.outcomes).toMatchObject([{ group: GROUP, error: undefined }])
  })

  it('handlers.consumed says how often a message was tried', async () => {
    const error = new Error('no database')
    await consume(() => {
      throw error
    }, modes[0]!)
    const receipt = await client.producer().send({ topic: TOPIC, body: 'x' })
    await server.settled()
    await expect(handlers.consumed(receipt, { group: GROUP, withinMs: 20 })).rejects.toMatchObject({
      code: 'NOT_CONSUMED',
      message: expect.stringMatching(/; the only attempt threw: no database$/),
      details: { attempts: 1, lastError: error },
    })
    await expect(handlers.consumed(receipt, { group: 'other', withinMs: 20 })).rejects.toMatchObject({
      code: 'NOT_CONSUMED',
      details: { attempts: 0 },
    })
  })
})

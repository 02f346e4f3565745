import { AsyncLocalStorage } from 'node:async_hooks'
import { type TracingChannelSubscribers, tracingChannel } from 'node:diagnostics_channel'
import { setImmediate as turn } from 'node:timers/promises'
import { type Client, connect, type TracedHandling, type TracedSend } from '@rocketeer/client'
import { type Server, startServer } from '@rocketeer/server'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Handled } from '../handled.js'

const sends = tracingChannel<string, TracedSend>('rocketeer:client:send')
const handlings = tracingChannel<string, TracedHandling>('rocketeer:client:handle')

const topic = 'orders'
let server: Server
let client: Client
let cleanUp: (() => void)[]
beforeEach(async () => {
  cleanUp = []
  server = await startServer()
  client = await connect({ nameservers: server.nameservers })
  client.on('problem', () => {})
  await client.admin().topics.create(topic, { queues: 1 })
})
afterEach(async () => {
  for (const each of cleanUp) each()
  await client.close()
  await server.close()
})

/** The events of a tracing channel, until the end of the test. */
function eventsOf<Traced extends object>(channel: {
  subscribe(subscribers: TracingChannelSubscribers<Traced>): void
  unsubscribe(subscribers: TracingChannelSubscribers<Traced>): void
}): [event: string, traced: Traced][] {
  const events: [string, Traced][] = []
  const note = (event: string) => (traced: Traced) => void events.push([event, traced])
  const subscribers = {
    start: note('start'),
    end: note('end'),
    asyncStart: note('asyncStart'),
    asyncEnd: note('asyncEnd'),
    error: note('error'),
  }
  channel.subscribe(subscribers)
  cleanUp.push(() => channel.unsubscribe(subscribers))
  return events
}

describe('the tracing channel of sends', () => {
  const message = { topic, body: 'x' }

  it('has one start and one end for each send, of every kind', async () => {
    const events = eventsOf(sends)
    const producer = client.producer({ group: 'shop' })
    const receipt = await producer.send(message)
    expect(events.map(([event]) => event)).toEqual(['start', 'end', 'asyncStart', 'asyncEnd'])
    expect(events[0]![1]).toMatchObject({ group: 'shop', messages: [message], result: receipt })
    await producer.sendBatch([message, message])
    await producer.sendOneway(message)
    await client
      .transactionProducer({ group: 'payments', check: async () => 'unknown' })
      .send(message, async () => 'commit')
    await producer.request(message, { timeoutMs: 10 }).catch(() => {})
    const started = events.filter(([event]) => event === 'start')
    expect(started.map(([, { messages }]) => messages.length)).toEqual([1, 2, 1, 1, 1])
    expect(events.filter(([event]) => event === 'asyncEnd')).toHaveLength(5)
    expect(events.filter(([event]) => event === 'error')).toHaveLength(1)
    expect(events.at(-1)![1]).toMatchObject({ error: { code: 'REPLY_TIMEOUT' } })
  })

  it('lets a subscriber add properties, and leaves what the caller gave as it is', async () => {
    const onStart = ({ messages }: TracedSend) => {
      for (const { properties } of messages) properties.traceparent = '00-1-2-01'
    }
    sends.start.subscribe(onStart as (message: unknown) => void)
    cleanUp.push(() => sends.start.unsubscribe(onStart as (message: unknown) => void))
    const given = Object.freeze({ ...message, properties: Object.freeze({ city: '上海' }) })
    const { queue, queueOffset } = await client.producer().send(given)
    const { messages } = await client.pull({ topic, ...queue }, queueOffset)
    expect(messages[0]!.properties).toMatchObject({ traceparent: '00-1-2-01', city: '上海' })
    expect(given.properties).toEqual({ city: '上海' })
  })

  it('is told why a send failed', async () => {
    const events = eventsOf(sends)
    await expect(client.producer().send({ topic, body: '' })).rejects.toMatchObject({
      code: 'MESSAGE_INVALID',
    })
    expect(events.map(([event]) => event)).toEqual(['start', 'end', 'error', 'asyncStart', 'asyncEnd'])
    expect(events[0]![1]).toMatchObject({ error: { code: 'MESSAGE_INVALID' } })
  })
})

describe('the tracing channel of handlers', () => {
  it('is the parent of all that a handler does', async () => {
    const current = new AsyncLocalStorage<string>()
    handlings.start.bindStore(current, ({ messages }) => `span of ${messages[0]!.text()}`)
    cleanUp.push(() => handlings.start.unbindStore(current))
    const spans: (string | undefined)[] = []
    const handled = new Handled()
    client.consumer({
      group: 'coupon',
      subscribe: { [topic]: '*' },
      startFrom: 'first',
      handle: async (message) => {
        await turn()
        spans.push(current.getStore())
        await handled.handle(message)
      },
    })
    await client.producer().send({ topic, body: '1' })
    await client.producer().send({ topic, body: '2' })
    await handled.exactly(['1', '2'])
    expect(spans.sort()).toEqual(['span of 1', 'span of 2'])
    expect(current.getStore()).toBeUndefined()
  })

  it('has one call for a batch, and what it threw', async () => {
    const events = eventsOf(handlings)
    await client.producer().sendBatch([
      { topic, body: '1' },
      { topic, body: '2' },
    ])
    const failure = new Error('the database is down')
    const ended = new Promise<void>((resolve) => {
      client.on('problem', (error) => error === failure && resolve())
    })
    client.consumer({
      group: 'coupon',
      subscribe: { [topic]: '*' },
      startFrom: 'first',
      batchSize: 10,
      handleBatch: () => {
        throw failure
      },
    })
    await ended
    expect(events.map(([event]) => event)).toEqual(['start', 'end', 'error', 'asyncStart', 'asyncEnd'])
    const { group, messages, error } = events[0]![1]
    expect([group, messages.map((message) => message.text()), error]).toEqual(['coupon', ['1', '2'], failure])
  })
})

/** Spans around sends and handlers, through the tracing channels: what a handler does has its span as the parent. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { randomBytes } from 'node:crypto'
import { tracingChannel } from 'node:diagnostics_channel'
import { connect, type TracedHandling, type TracedSend } from 'rocketeer'
import { startServer } from 'rocketeer/server'

interface Span {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentId: string | undefined
}

/** The span in which the running code works. */
const current = new AsyncLocalStorage<Span>()
const ended: Span[] = []

function begin(name: string, parent = current.getStore()): Span {
  const traceId = parent?.traceId ?? randomBytes(16).toString('hex')
  return { name, traceId, spanId: randomBytes(8).toString('hex'), parentId: parent?.spanId }
}

/** From `traceparent` of the W3C: 00-<trace>-<span>-01. */
function senderOf(traceparent: string | undefined): Span | undefined {
  const [, traceId, spanId] = traceparent?.split('-') ?? []
  return traceId && spanId ? { name: 'the sender', traceId, spanId, parentId: undefined } : undefined
}

const sends = tracingChannel<Span, TracedSend>('rocketeer:client:send')
const handlings = tracingChannel<Span, TracedHandling>('rocketeer:client:handle')

// The store that `start` gives is the current one while the send or the handler runs, and in all it awaits.
sends.start.bindStore(current, ({ messages }) => {
  const span = begin(`send ${messages[0]?.topic}`)
  for (const { properties } of messages) properties.traceparent = `00-${span.traceId}-${span.spanId}-01`
  return span
})
handlings.start.bindStore(current, ({ group, messages }) =>
  begin(`handle in ${group}`, senderOf(messages[0]?.properties.traceparent)),
)
for (const { asyncEnd } of [sends, handlings]) {
  asyncEnd.subscribe(() => {
    const span = current.getStore()
    if (span) ended.push(span)
  })
}

// The program knows nothing of all that.
await using server = await startServer()
await using mq = await connect({ nameservers: server.nameservers })
const producer = mq.producer()
await mq.admin().topics.create('coupon-granted')
const granted = new Promise<void>((resolve) => {
  mq.consumer({
    group: 'mail',
    subscribe: { 'coupon-granted': '*' },
    startFrom: 'first',
    handle: () => resolve(),
  })
})
mq.consumer({
  group: 'coupon',
  subscribe: { 'order-paid': '*' },
  startFrom: 'first',
  handle: async (message) => {
    await producer.send({ topic: 'coupon-granted', key: message.key, body: 'a coupon' })
  },
})
await producer.send({ topic: 'order-paid', key: 'order-1', body: 'paid' })
await granted
await mq.close()

const nameOf = (spanId: string | undefined) => ended.find((span) => span.spanId === spanId)?.name ?? 'nothing'
for (const { name, parentId } of ended) console.log(`${name} is part of ${nameOf(parentId)}`)
console.log(`${new Set(ended.map(({ traceId }) => traceId)).size} trace`)

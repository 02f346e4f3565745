import { channel } from 'node:diagnostics_channel'
import {
  type Client,
  type ConsumerOptions,
  connect,
  type Message,
  retryLater,
  toDeadLetters,
} from '@rocketeer/client'
import { ManualClock, Resources } from '@rocketeer/foundation'
import { type Server, startServer } from '@rocketeer/server'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CircuitBreakerOptions } from './breaker-options.js'
import { CircuitBreaker } from './circuit-breaker.js'

const TOPIC = 'paid'
const MINUTE = 60_000

let resources: Resources
let clock: ManualClock
let server: Server
let mq: Client
/** What every consumer and the probe depend on. */
let databaseIsUp: boolean
let handled: [text: string, reconsumeTimes: number][]
let attempts: number
let problems: unknown[]

beforeEach(async () => {
  resources = new Resources()
  clock = new ManualClock()
  databaseIsUp = true
  handled = []
  attempts = 0
  problems = []
  server = resources.use(await startServer({ clock }))
  mq = resources.use(await connect({ nameservers: server.nameservers, clock }))
  mq.on('problem', (error) => problems.push(error))
  await mq.admin().topics.create(TOPIC, { queues: 4 })
})
afterEach(() => resources.close())

function breakerWith(options: Partial<CircuitBreakerOptions> = {}): CircuitBreaker {
  const breaker = new CircuitBreaker({ name: 'database', probe: () => databaseIsUp, clock, ...options })
  breaker.on('problem', (error) => problems.push(error))
  resources.use(breaker)
  return breaker
}

function outage(): Error {
  return new Error('not granted', { cause: Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }) })
}

function handle(message: Message): void {
  attempts++
  if (!databaseIsUp) throw outage()
  if (message.text() === 'poison' && message.reconsumeTimes < 2) throw new Error('no such order')
  handled.push([message.text(), message.reconsumeTimes])
}

const consumerOptions = { group: 'coupon', subscribe: { [TOPIC]: '*' }, startFrom: 'first' } as const

async function send(texts: readonly string[]): Promise<void> {
  const producer = mq.producer()
  for (const body of texts) await producer.send({ topic: TOPIC, body })
}

function numbers(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, i) => String(from + i))
}

const kinds: [kind: string, options: Partial<ConsumerOptions>, pops?: boolean][] = [
  ['a concurrent consumer', { handle }],
  ['a consumer in order', { handle, ordered: true }],
  [
    'a consumer of batches',
    { handle: undefined, handleBatch: (batch) => batch.forEach(handle), batchSize: 4 },
  ],
  ['a consumer that pops', { handle, assignedBy: 'broker' }, true],
]

describe.each(kinds)('%s behind a circuit breaker', (_kind, options, pops) => {
  it('uses up no retry in a long outage, and handles everything afterwards; poison is retried', async () => {
    const { groups } = mq.admin()
    if (pops) await groups.create('coupon')
    if (pops) await groups.setRequestMode('coupon', TOPIC, { mode: 'POP' })
    const breaker = breakerWith({ probeIntervalMs: 30_000 })
    const consumer = breaker.consumer(mq, { ...consumerOptions, ...options } as ConsumerOptions)
    await consumer.ready
    await send(numbers(20))
    await clock.advance(5_000)
    expect(handled).toHaveLength(20)
    databaseIsUp = false
    await send(numbers(19, 20))
    await clock.advance(2 * MINUTE)
    expect(breaker.status).toMatchObject({ state: 'open', groups: ['coupon'], lastError: 'not granted' })
    const attemptsUntilOpen = attempts - 20
    expect(attemptsUntilOpen).toBeLessThan(40)
    await send(['poison'])
    await clock.advance(18 * MINUTE)
    expect(attempts - 20).toBe(attemptsUntilOpen)
    databaseIsUp = true
    await clock.advance(5 * MINUTE)
    expect(breaker.status.state).toBe('closed')
    const once = [...numbers(39), 'poison'].sort()
    if (options.handleBatch === undefined) {
      expect(handled.map(([text]) => text).sort()).toEqual(once)
      expect(handled.filter(([text, reconsumeTimes]) => text !== 'poison' && reconsumeTimes > 0)).toEqual([])
    } else expect([...new Set(handled.map(([text]) => text))].sort()).toEqual(once) // a batch shares its outcome
    expect(handled).toContainEqual(['poison', 2])
    const opened = problems.filter((problem) => (problem as { code?: string }).code === 'CIRCUIT_OPENED')
    expect(opened).toHaveLength(1)
  })
})

describe('a circuit breaker', () => {
  it('opens only after failures in a row, and never because of what handlers decide or poison', async () => {
    const breaker = breakerWith({ failuresToOpen: 3, outagesMax: 1 })
    const answers = [new Error('poison'), undefined, retryLater({ cause: outage() }), toDeadLetters(outage())]
    for (const answer of answers) {
      for (const error of [outage(), outage(), answer]) await fail(breaker, error)
      expect(breaker.status).toMatchObject({ state: 'closed', failures: 0 })
    }
    for (const error of [outage(), outage(), outage()]) await fail(breaker, error)
    expect(breaker.status).toMatchObject({ state: 'open', opened: 1 })
  })

  it('goes by what its user calls an outage', async () => {
    const isOutage = (error: unknown) => (error as Error).message === 'maintenance'
    const breaker = breakerWith({ failuresToOpen: 1, outagesMax: 1, isOutage })
    await fail(breaker, outage())
    expect(breaker.status.state).toBe('closed')
    await fail(breaker, new Error('maintenance'))
    expect(breaker.status.state).toBe('open')
  })

  it('lets one message through at first, then more and more', async () => {
    const breaker = breakerWith({ failuresToOpen: 1, outagesMax: 1, successesToClose: 6 })
    await fail(breaker, outage())
    const running = Array.from({ length: 20 }, () => ({ end: () => {}, began: false }))
    const works = running.map((each) =>
      breaker.run(() => {
        each.began = true
        return clock.unheld(new Promise<void>((resolve) => (each.end = resolve)))
      }),
    )
    const begun = () => running.filter(({ began }) => began).length
    const endAll = async () => {
      for (const { end } of running) end()
      await clock.quiet()
    }
    await clock.advance(10_000)
    expect([breaker.status.state, begun()]).toEqual(['half-open', 1])
    await endAll()
    expect(begun()).toBe(1 + 2)
    await endAll()
    expect(begun()).toBe(1 + 2 + 4)
    await endAll()
    expect([breaker.status.state, begun()]).toEqual(['closed', 20])
    await endAll()
    await Promise.all(works)
  })

  it('stays open for twice as long each time a half-open one fails, and asks the probe only while it is open', async () => {
    let probes = 0
    const opened: number[] = []
    const startedAt = clock.now()
    const breaker = breakerWith({
      ...{ failuresToOpen: 1, outagesMax: 6, openMs: 1_000, openMsMax: 4_000, retryAfterMs: 1 },
      ...{ healthyAfter: 1, probeIntervalMs: 100, successesToClose: 1 },
      probe: () => ++probes > 0,
      onChange: ({ state }) => {
        if (state === 'half-open') opened.push(clock.now() - startedAt)
      },
    })
    let failures = 5
    const work = breaker.run(() => {
      if (failures-- > 0) throw outage()
    })
    await clock.advance(20_000)
    await work
    expect(opened).toEqual([1_000, 3_000, 7_000, 11_000, 15_000])
    const probesSoFar = probes
    await clock.advance(MINUTE)
    expect([breaker.status.state, probes]).toEqual(['closed', probesSoFar])
  })

  it('lets a message that always meets an outage go the way of the failed ones, and handles the others', async () => {
    const breaker = breakerWith({ successesToClose: 1, outagesMax: 4 })
    const seen: number[] = []
    const consumer = breaker.consumer(mq, {
      ...consumerOptions,
      ordered: true,
      retriesMax: 2,
      handle: (message) => {
        if (message.text() !== '3') return handle(message)
        seen.push(message.reconsumeTimes)
        throw outage()
      },
    })
    await consumer.ready
    await send(numbers(8))
    await clock.advance(5 * MINUTE)
    // Counted, it met 4 outages for each of its 3 deliveries.
    expect(seen).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2])
    expect(handled.map(([text]) => text).sort()).toEqual(numbers(8).filter((text) => text !== '3'))
    expect(await mq.admin().groups.deadLetters('coupon')).toMatchObject({ messages: 1 })
  })

  it('pauses what joins while it is open, and does not resume what its user has paused', async () => {
    const breaker = breakerWith({ failuresToOpen: 1, outagesMax: 1 })
    const consumer = breaker.consumer(mq, { ...consumerOptions, handle })
    await consumer.ready
    databaseIsUp = false
    await fail(breaker, outage())
    await clock.advance(1_000)
    await using other = await connect({ nameservers: server.nameservers, clock })
    const second = breaker.consumer(other, { ...consumerOptions, handle })
    await second.ready
    await send(numbers(8))
    await clock.advance(MINUTE)
    expect(consumer.queues.length + second.queues.length).toBeGreaterThanOrEqual(4)
    expect(attempts).toBe(0)
    second.pause()
    databaseIsUp = true
    await clock.advance(MINUTE)
    const ofSecond = handled.length
    expect(ofSecond).toBeLessThan(8)
    second.resume()
    await clock.advance(MINUTE)
    expect(handled).toHaveLength(8)
    await second.close()
    expect(breaker.status.groups).toEqual(['coupon'])
  })

  it('is published and told when it changes', async () => {
    const published: unknown[] = []
    const keep = (message: unknown) => published.push(message)
    channel('rocketeer:toolkit:circuit-breaker').subscribe(keep)
    const told: string[] = []
    const breaker = breakerWith({
      ...{ failuresToOpen: 1, successesToClose: 1, retryAfterMs: 1 },
      onChange: ({ state }) => {
        told.push(state)
        throw new Error('a listener that fails')
      },
    })
    let failures = 1
    const work = breaker.run(() => {
      if (failures-- > 0) throw outage()
    })
    await clock.advance(MINUTE)
    await work
    channel('rocketeer:toolkit:circuit-breaker').unsubscribe(keep)
    expect(told).toEqual(['open', 'half-open', 'closed'])
    expect(published).toMatchObject([
      { name: 'database', from: 'closed', to: 'open', error: { message: 'not granted' } },
      { from: 'open', to: 'half-open' },
      { from: 'half-open', to: 'closed' },
    ])
    expect(problems.map((problem) => (problem as Error).message)).toContain('a listener that fails')
  })

  it('ends waiting work when it is closed, or its signal is aborted', async () => {
    const breaker = breakerWith({ failuresToOpen: 1, outagesMax: 1, probe: () => false })
    await fail(breaker, outage())
    const controller = new AbortController()
    const aborted = breaker.run(() => 1, { signal: controller.signal })
    const waiting = breaker.run(() => 1)
    controller.abort(new Error('enough'))
    await expect(aborted).rejects.toThrow('enough')
    await Promise.all([breaker.close(), expect(waiting).rejects.toMatchObject({ code: 'WORKER_CLOSED' })])
  })

  it.each([
    {},
    { probe: 'http://a' },
    { probe: () => true, failuresToOpen: 0 },
    { probe: () => true, openMs: 70_000 },
    { probe: () => true, threshold: 1 },
  ])('refuses %j', (options) => {
    expect(() => new CircuitBreaker(options as CircuitBreakerOptions)).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    )
  })
})

async function fail(breaker: CircuitBreaker, error: unknown): Promise<void> {
  await breaker
    .run(() => {
      if (error !== undefined) throw error
    })
    .catch(() => undefined)
}

import { connect } from '@rocketeer/client'
import { ManualClock, Resources } from '@rocketeer/foundation'
import { startServer } from '@rocketeer/server'
import { expect, it } from 'vitest'
import { DeadLetterWorker } from './dead-letter-worker.js'

const MINUTE = 60_000
const ORDERS = Array.from({ length: 20 }, (_, order) => `order-${order}`)

it('a dead-letter worker replays no storm while its probe flaps, and everything once that is steady', async () => {
  await using resources = new Resources()
  const clock = new ManualClock()
  const server = resources.use(await startServer({ clock }))
  const mq = resources.use(await connect({ nameservers: server.nameservers, clock }))
  mq.on('problem', () => {})
  await mq.admin().topics.create('paid', { queues: 2 })
  let databaseIsUp = false
  let attempts = 0
  const granted: (string | undefined)[] = []
  const consumer = mq.consumer({
    ...{ group: 'coupon', subscribe: { paid: '*' }, startFrom: 'first', retriesMax: 0 },
    handle: ({ key }) => {
      attempts++
      if (!databaseIsUp) throw new Error('the database is down')
      granted.push(key)
    },
  })
  await consumer.ready
  for (const key of ORDERS) await mq.producer().send({ topic: 'paid', key, body: 'x' })
  await clock.advance(10_000)
  expect(attempts).toBe(ORDERS.length)

  // Ten seconds healthy, ten seconds not: the worker believes it each time, and the database is down.
  let probes = 0
  const states: string[] = []
  const worker = new DeadLetterWorker(mq, {
    ...{ groups: 'coupon', clock, failuresToHold: 3, holdMs: MINUTE, replaysMax: 10 },
    probe: () => {
      states.push(worker.status.health.state)
      return databaseIsUp || probes++ % 10 < 5
    },
  })
  resources.use(worker)
  worker.on('problem', () => {})
  await clock.advance(10 * MINUTE)
  const changes = states.filter((state, at) => state === 'healthy' && states[at - 1] !== 'healthy').length
  expect(changes).toBeGreaterThan(20)
  // A few after each pause: of 1, 2 and 4 minutes. As often as the probe allows it would be hundreds.
  expect(attempts - ORDERS.length).toBeLessThanOrEqual(ORDERS.length)

  databaseIsUp = true
  await clock.advance(15 * MINUTE)
  expect(granted.toSorted()).toEqual(ORDERS.toSorted())
  expect(worker.isClosed).toBe(false)
})

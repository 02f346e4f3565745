import { connect } from '@rocketeer/client'
import { ManualClock } from '@rocketeer/foundation'
import { startServer } from '@rocketeer/server'
import { expect, it } from 'vitest'
import { CircuitBreaker } from './circuit-breaker.js'

it('asks its probe no more once its consumers have closed, and again for the next one', async () => {
  const clock = new ManualClock()
  await using server = await startServer({ clock })
  await using mq = await connect({ nameservers: server.nameservers, clock })
  mq.on('problem', () => {})
  let probes = 0
  let isUp = false
  const granted: string[] = []
  await using breaker = new CircuitBreaker({
    probe: () => {
      probes++
      return isUp
    },
    failuresToOpen: 1,
    clock,
  })
  breaker.on('problem', () => {})
  const consumer = () =>
    breaker.consumer(mq, {
      group: 'coupon',
      subscribe: { paid: '*' },
      startFrom: 'first',
      handle: (message) => {
        if (!isUp) throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })
        granted.push(message.text())
      },
    })
  await mq.producer().send({ topic: 'paid', body: 'order-1' })
  const first = consumer()
  await clock.advanceUntil(() => breaker.status.state === 'open' && probes > 1)

  await first.close()
  const asked = probes
  await clock.advance(5 * 60_000)
  expect(probes).toBe(asked)
  expect(breaker.status.state).toBe('open')

  isUp = true
  await using _next = consumer()
  await clock.advanceUntil(() => granted.length === 1)
  expect(granted).toEqual(['order-1'])
  // Work of other kinds wakes it, too.
  expect(await breaker.run(() => 'done')).toBe('done')
})

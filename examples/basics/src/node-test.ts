/**
 * The same with the test runner of Node: `node --test`. In production no clock is given, and the program goes by the
 * real one.
 */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { connect, ManualClock } from 'rocketeer'
import { startServer } from 'rocketeer/server'

it('reminds after two hours', async () => {
  const clock = new ManualClock()
  await using server = await startServer({ clock })
  await using mq = await connect({ nameservers: server.nameservers, clock })
  const reminded: string[] = []
  await mq.admin().topics.create('reminder')
  const consumer = mq.consumer({
    group: 'reminders',
    subscribe: { reminder: '*' },
    startFrom: 'first',
    handle: (message) => void reminded.push(message.text()),
  })
  await consumer.ready
  const message = { topic: 'reminder', body: 'call back', deliverAfterMs: 2 * 3_600_000 }
  await mq.producer().send(message)
  await clock.advance(2 * 3_600_000 - 1)
  assert.deepEqual(reminded, [])
  await clock.advance(1)
  assert.deepEqual(reminded, ['call back'])
})

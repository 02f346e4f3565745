import { eventually } from '@rocketeer/test-kit'
import { expect, it } from 'vitest'
import type { SuiteWorld } from './suite-peer.js'

/** What the admin says of messages that are not in their topics. */
export function undeliveredTests(world: SuiteWorld): void {
  it('a delayed message, until it is delivered', async () => {
    const client = await world.connect()
    const topic = world.name('delayed')
    const long = await client.producer().send({ topic, key: 'late', body: 'x', delayLevel: 18 })
    const { messages } = client.admin()
    const [life, ...others] = await eventually(() => messages.lives('late', topic))
    expect(others).toEqual([])
    expect(life).toMatchObject({
      message: { messageId: long.messageId },
      groups: [],
      undelivered: { state: 'delayed', topic, level: 18 },
    })
    expect(life!.undelivered!.until).toBeGreaterThan(Date.now())
    expect(await messages.lives(long.offsetMessageId)).toMatchObject([{ undelivered: { state: 'delayed' } }])
    const short = await client.producer().send({ topic, key: 'soon', body: 'x', delayLevel: 1 })
    await eventually(async () => {
      const lives = await messages.lives(short.offsetMessageId)
      expect(lives).toMatchObject([{ message: { topic, messageId: short.messageId } }])
      expect(lives[0]!.undelivered).toBeUndefined()
    })
    expect((await messages.lives('soon')).length).toBe(1)
  })

  it('a message with a delivery time, and that it was recalled', async () => {
    const client = await world.connect()
    const topic = world.name('timed')
    const deliverAt = Date.now() + 600_000
    const receipt = await client.producer().send({ topic, key: 'at-ten', body: 'x', deliverAt })
    const { messages } = client.admin()
    const [life] = await eventually(() => messages.lives('at-ten', topic))
    expect(life!.undelivered).toMatchObject({ state: 'timed', topic })
    expect(Math.abs(life!.undelivered!.until! - deliverAt)).toBeLessThanOrEqual(1_000)
    await client.producer().recall(topic, receipt.recallHandle!)
    await eventually(async () =>
      expect(await messages.lives(receipt.messageId, topic)).toMatchObject([
        { undelivered: { state: 'recalled' } },
      ]),
    )
  })

  it('a half message, how many times its producer was asked, and that it was rolled back', async () => {
    const client = await world.connect()
    const topic = world.name('half')
    const group = world.name('shop')
    let outcome: 'unknown' | 'rollback' = 'unknown'
    const producer = client.transactionProducer({ group, topics: [topic], check: async () => outcome })
    const { messageId } = await producer.send({ topic, key: 'paid', body: 'x' }, async () => 'unknown')
    const { messages } = client.admin()
    await eventually(async () => {
      const [life] = await messages.lives('paid', topic)
      expect(life!.undelivered).toMatchObject({ state: 'half', topic, producerGroup: group })
      expect(life!.undelivered!.checks).toBeGreaterThan(0)
    })
    outcome = 'rollback'
    await eventually(async () =>
      expect(await messages.lives(messageId, topic)).toMatchObject([
        { undelivered: { state: 'rolled-back' } },
      ]),
    )
  })
}

import { type Consumer, sql } from '@rocketeer/client'
import { eventually } from '@rocketeer/test-kit'
import { expect, it } from 'vitest'
import { Handled } from './handled.js'
import type { SuiteWorld } from './suite-peer.js'

export function filterTests(world: SuiteWorld): void {
  async function orders() {
    const client = await world.connect()
    const topic = world.name('filter')
    await client.admin().topics.create(topic, { queues: 2 })
    const producer = client.producer()
    const send = (body: string, properties: Record<string, string>) =>
      producer.send({ topic, body, tag: 'order', properties })
    return { client, topic, group: world.name('group'), send }
  }

  it('only messages whose properties match a SQL92 expression', async () => {
    const { client, topic, group, send } = await orders()
    await send('big', { amount: '150', region: 'eu' })
    await send('small', { amount: '50', region: 'eu' })
    await send('far', { amount: '150', region: 'us' })
    await send('unclear', { amount: 'lots', region: 'eu' })
    await send('nothing', {})
    const handled = new Handled()
    const consumer = client.consumer({
      group,
      subscribe: { [topic]: sql`amount > ${100} AND region = ${'eu'} AND TAGS IN ${['order', 'gift']}` },
      startFrom: 'first',
      handle: handled.handle,
    })
    await consumer.ready
    await handled.exactly(['big'])
    // What comes while it waits takes the other road: a waiting pull is woken, or goes on waiting.
    await send('small again', { amount: '1', region: 'eu' })
    await send('big again', { amount: '101', region: 'eu' })
    await handled.exactly(['big', 'big again'])
  })

  it('pulls by a SQL92 expression', async () => {
    const { client, topic, send } = await orders()
    const receipt = await send('b', { size: '7' })
    const queue = { topic, ...receipt.queue }
    // Apache acknowledges a message a moment before it can be pulled.
    await eventually(async () => (await client.admin().offsets.max(queue)) > receipt.queueOffset)
    const found = await client.pull(queue, receipt.queueOffset, { tags: sql('size BETWEEN 5 AND 9') })
    expect(found.messages.map((message) => message.text())).toEqual(['b'])
    const passed = await client.pull(queue, receipt.queueOffset, { tags: sql('size > 9') })
    expect(passed).toMatchObject({
      status: 'none-matched',
      messages: [],
      nextOffset: receipt.queueOffset + 1,
    })
  })

  it('refuses a wrong expression with its place, and closes the consumer', async () => {
    const { client, topic, group, send } = await orders()
    await send('x', {})
    const problems: unknown[] = []
    const options = { subscribe: { [topic]: sql("region = 'eu' AND\n  amount > > 5") }, handle: () => {} }
    const consumer: Consumer = client.consumer({ group, ...options })
    consumer.on('problem', (problem) => problems.push(problem))
    const closed = new Promise((resolve) => consumer.once('close', () => resolve('closed')))
    const refused = { code: 'SUBSCRIPTION_INVALID', details: { topic, line: 2, column: 12 } }
    await expect(consumer.ready).rejects.toMatchObject(refused)
    expect(problems).toMatchObject([refused])
    expect(await closed).toBe('closed')
    // The group's name is free again.
    await client.consumer({ group, subscribe: { [topic]: sql('amount > 5') }, handle: () => {} }).ready
  })
}

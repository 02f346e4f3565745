import type { MessageToSend, TransactionCheck, TransactionOutcome } from '@rocketeer/client'
import { eventually } from '@rocketeer/test-kit'
import { expect, it } from 'vitest'
import { Handled } from './handled.js'
import type { SuiteWorld } from './suite-peer.js'

export function transactionTests(world: SuiteWorld): void {
  /** A topic, a consumer that reads it from the first message, and a producer with this check. */
  async function shop(check: TransactionCheck) {
    const client = await world.connect()
    const topic = world.name('transaction')
    await client.admin().topics.create(topic, { queues: 1 })
    const handled = new Handled()
    const group = world.name('group')
    await client.consumer({ group, subscribe: { [topic]: '*' }, startFrom: 'first', handle: handled.handle })
      .ready
    const producerGroup = world.name('producers')
    const options = { group: producerGroup, topics: [topic], check }
    return { client, topic, handled, options, producer: client.transactionProducer(options) }
  }

  const never: TransactionCheck = async () => {
    throw new Error('nobody should ask')
  }

  it('commit delivers, rollback does not', async () => {
    const { topic, handled, producer } = await shop(never)
    const outcomes: TransactionOutcome[] = []
    for (const outcome of ['rollback', 'commit', 'rollback', 'commit'] as const) {
      const body = `${outcome}-${outcomes.length}`
      const receipt = await producer.send({ topic, body, key: body }, async ({ transactionId, message }) => {
        expect(message.body).toBe(body)
        expect(transactionId).toMatch(/^[0-9A-F]{32}$/)
        return outcome
      })
      expect(receipt).toMatchObject({ topic, outcome, transactionId: receipt.messageId })
      outcomes.push(receipt.outcome)
    }
    await handled.exactly(['commit-1', 'commit-3'])
  })

  it('nothing is delivered before the local transaction ended', async () => {
    const { client, topic, handled, producer } = await shop(never)
    await producer.send({ topic, body: 'after' }, async () => {
      await client.producer().send({ topic, body: 'before' })
      await handled.exactly(['before'])
      return 'commit'
    })
    await handled.exactly(['before', 'after'])
  })

  it('an unknown outcome is asked for, with the whole message', async () => {
    const asked: string[] = []
    const { topic, handled, producer } = await shop(async (message) => {
      asked.push(message.text())
      expect(message).toMatchObject({ topic, key: 'order-1', tag: 'paid' })
      expect(message.userProperties).toEqual({ colour: 'blue' })
      return message.text() === 'paid' ? 'commit' : 'rollback'
    })
    for (const body of ['not paid', 'paid']) {
      const message = { topic, body, key: 'order-1', tag: 'paid', properties: { colour: 'blue' } }
      expect((await producer.send(message, async () => 'unknown')).outcome).toBe('unknown')
    }
    await eventually(() => expect(new Set(asked)).toEqual(new Set(['not paid', 'paid'])))
    await handled.exactly(['paid'])
  })

  it('what the local transaction throws reaches the caller, and the outcome is asked for', async () => {
    const { topic, handled, producer } = await shop(async () => 'commit')
    const failing = producer.send({ topic, body: 'paid' }, async () => {
      throw new Error('the database said nothing')
    })
    await expect(failing).rejects.toThrow('the database said nothing')
    await handled.exactly(['paid'])
  })

  it('another producer of the group answers for one that is gone', async () => {
    const { client, topic, handled, options, producer } = await shop(never)
    await producer.send({ topic, body: 'paid' }, async () => 'unknown')
    await producer.close()
    client.transactionProducer({ ...options, check: async () => 'commit' })
    await handled.exactly(['paid'])
  })

  it('a check that fails is a problem, and is asked again', async () => {
    let asked = 0
    const { topic, handled, producer } = await shop(async () => {
      if (++asked === 1) throw new Error('the database is down')
      return 'commit'
    })
    const problems: unknown[] = []
    producer.on('problem', (error) => problems.push(error))
    await producer.send({ topic, body: 'paid' }, async () => 'unknown')
    await handled.exactly(['paid'])
    expect(problems).toMatchObject([{ code: 'CHECK_FAILED' }])
  })

  it('impossible options are refused before anything is sent', async () => {
    const { client, topic, options, producer } = await shop(never)
    expect(() => client.transactionProducer(options)).toThrow(
      expect.objectContaining({ code: 'GROUP_IN_USE' }),
    )
    const later = producer.send({ topic, body: 'x', delayLevel: 1 }, async () => 'commit')
    await expect(later).rejects.toMatchObject({ code: 'MESSAGE_INVALID' })
    const halfSecond = producer.send({ topic, body: 'x' }, async () => 'commit', {
      checkImmunitySeconds: 0.5,
    })
    await expect(halfSecond).rejects.toMatchObject({ code: 'OPTION_INVALID' })
    const send: (message: MessageToSend, run?: unknown) => Promise<unknown> = producer.send.bind(
      producer,
    ) as never
    for (const run of [undefined, 'commit'])
      await expect(send({ topic, body: 'x' }, run)).rejects.toMatchObject({ code: 'OPTION_INVALID' })
    await producer.close()
    await expect(producer.send({ topic, body: 'x' }, async () => 'commit')).rejects.toMatchObject({
      code: 'CLOSED',
    })
  })
}

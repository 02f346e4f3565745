import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Peer, peerKinds } from './peers/peer.js'
import { ConsumerProgram, goPrograms, javaPrograms, TransactProgram } from './programs/client-programs.js'

const clients = [javaPrograms('JSON'), javaPrograms('ROCKETMQ'), goPrograms]

/** Longer than the timeout and the interval of the broker below. */
const IMMUNITY_SECONDS = 6
/** The line is printed after the broker has stored the message. */
const CLOCK_TOLERANCE_MS = 1_000

describe.each(peerKinds)('transactions against %s', (kind) => {
  let peer: Peer
  beforeAll(async () => {
    // Apache also checks transactions that have ended when it notes their end later than it begins to check.
    const properties = {
      transactionTimeOut: '2000',
      transactionCheckInterval: '1000',
      transactionOpBatchInterval: '100',
    }
    peer = await Peer.start(kind, { properties })
  })
  afterAll(() => peer?.close())

  it.each(clients.map((client, index) => [client.name, client, index] as const))(
    '%s: committed at once or by the check is delivered, rolled back is not',
    async (_name, client, index) => {
      const nameservers = peer.nameserver.address
      const topic = `transactions${index}`
      await using producer = await TransactProgram.start(client, {
        nameservers,
        group: `payers${index}`,
        topic,
        outcomes: 'commit,rollback,unknown-commit,unknown-rollback,commit',
      })
      await using consumer = await ConsumerProgram.start(client, {
        nameservers,
        group: `readers${index}`,
        topic,
      })
      const asked = await producer.asked(2)
      const received = await consumer.received(3)
      expect(new Set(asked.map(({ body }) => body))).toEqual(
        new Set(['unknown-commit-2', 'unknown-rollback-3']),
      )
      for (const question of asked) {
        const transactionId = producer.transactionIds.get(question.body)
        expect(question).toMatchObject({ topic, transactionId, colour: 'blue & green = teal' })
      }
      expect(received.map(({ body }) => body).sort()).toEqual(['commit-0', 'commit-4', 'unknown-commit-2'])
      for (const message of received) {
        expect(message).toMatchObject({ topic, tag: 'paid', reconsumeTimes: 0 })
        expect(message.properties.colour).toBe('blue & green = teal')
      }
      await consumer.stop()
      await producer.stop()
    },
  )

  it('a message that asks for more time is not checked before it is over', async () => {
    const nameservers = peer.nameserver.address
    const topic = 'transactions_immune'
    await using producer = await TransactProgram.start(clients[0]!, {
      nameservers,
      group: 'immune_payers',
      topic,
      outcomes: 'unknown-commit',
      immunitySeconds: IMMUNITY_SECONDS,
    })
    const [asked] = await producer.asked(1)
    expect(asked!.time - producer.sentAt.get('unknown-commit-0')!).toBeGreaterThanOrEqual(
      IMMUNITY_SECONDS * 1_000 - CLOCK_TOLERANCE_MS,
    )
    await using consumer = await ConsumerProgram.start(clients[0]!, {
      nameservers,
      group: 'immune_readers',
      topic,
    })
    const [message] = await consumer.received(1)
    expect(message!.body).toBe('unknown-commit-0')
    await producer.stop()
  })
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Peer, peerKinds } from './peers/peer.js'
import { ConsumerProgram, goPrograms, javaPrograms, TransactProgram } from './programs/client-programs.js'

const clients = [javaPrograms('JSON'), javaPrograms('ROCKETMQ'), goPrograms]

describe.each(peerKinds)('transactions against %s', (kind) => {
  let peer: Peer
  beforeAll(async () => {
    // Apache asks for settled transactions too when it writes down later that they are than it begins to ask.
    const properties = {
      transactionTimeOut: '2000',
      transactionCheckInterval: '1000',
      transactionOpBatchInterval: '100',
    }
    peer = await Peer.start(kind, { properties })
  })
  afterAll(() => peer?.close())

  test.each(clients.map((client, index) => [client.name, client, index] as const))(
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
})

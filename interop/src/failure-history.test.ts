import { type Client, connect, failuresOf } from '@rocketeer/client'
import { eventually } from '@rocketeer/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Peer } from './peers/peer.js'
import { ConsumerProgram, javaPrograms, type MessageLine } from './programs/client-programs.js'
import { Mqadmin } from './programs/mqadmin.js'

const SHORT_DELAYS = Array.from({ length: 18 }, () => '1s').join(' ')
const topic = 'orders'
const group = 'billing'

describe.each(['ours', 'apache'] as const)('a history of failures, on %s', (kind) => {
  let peer: Peer
  let client: Client
  let admin: Mqadmin

  beforeAll(async () => {
    peer = await Peer.start(kind, { properties: { messageDelayLevel: SHORT_DELAYS } })
    client = await connect({ nameservers: [peer.nameserver.address] })
    admin = await Mqadmin.start()
    await client.admin().topics.create(topic, { queues: 1 })
  }, 120_000)
  afterAll(async () => {
    await client?.close()
    await admin?.[Symbol.asyncDispose]()
    await peer?.close()
  })

  it('of our consumer goes through one in Java and its dead letter, and mqadmin shows it', async () => {
    const sent = await client.producer().send({ topic, key: 'order-1', tag: 'red', body: 'hopeless' })
    const ours = client.consumer({
      group,
      subscribe: { [topic]: '*' },
      startFrom: 'first',
      handle: ({ reconsumeTimes }) => {
        // The others will do it.
        if (reconsumeTimes === 1) void ours.close()
        throw new RangeError(`no coupon, delivery ${reconsumeTimes}`)
      },
    })
    ours.on('problem', () => undefined)
    await new Promise((resolve) => ours.once('close', () => resolve(undefined)))

    const nameservers = peer.nameserver.address
    await using java = await ConsumerProgram.start(javaPrograms('JSON'), {
      ...{ nameservers, group, topic, failures: 100, maxReconsumeTimes: 3 },
    })
    const handled = () => java.messages.filter(({ body }) => body === 'hopeless')
    await eventually(() => expect(timesOf(handled())).toEqual([2, 3]), { withinMs: 60_000 })
    for (const message of handled()) {
      expect(message).toMatchObject({ topic, tag: 'red', keys: 'order-1', messageId: sent.messageId })
      expect(JSON.parse(message.properties.FAILURE_HISTORY!)).toMatchObject({ attempts: [{}, {}] })
    }
    const dead = await eventually(
      async () => {
        const [found] = (await client.admin().deadLetters.page(group)).deadLetters
        expect(found).toBeDefined()
        return found!
      },
      { withinMs: 30_000 },
    )
    await java.stop()
    expect(failuresOf(dead.message).attempts).toMatchObject(
      [0, 1].map((reconsumeTimes) => ({
        error: { name: 'RangeError', message: `no coupon, delivery ${reconsumeTimes}` },
        ...{ member: client.clientId, reconsumeTimes },
      })),
    )
    expect(dead.message).toMatchObject({
      topic,
      messageId: sent.messageId,
      bornTimestamp: expect.any(Number),
    })
    const [life] = await client.admin().messages.lives('order-1', topic)
    expect(life).toMatchObject({
      message: { queue: { topic } },
      groups: [{ state: 'dead', failures: dead.failures }],
    })
    const shown = await admin.run(
      ...([
        'queryMsgById',
        '-n',
        nameservers,
        '-t',
        `%DLQ%${group}`,
        '-i',
        dead.message.offsetMessageId,
      ] as const),
    )
    expect(shown).toContain('no coupon, delivery 0')
  }, 180_000)
})

function timesOf(messages: readonly MessageLine[]): number[] {
  return [...new Set(messages.map(({ reconsumeTimes }) => reconsumeTimes))]
}

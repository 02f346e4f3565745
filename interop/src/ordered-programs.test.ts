import { type Client, connect } from '@rocketeer/client'
import { eventually } from '@rocketeer/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Peer, peerKinds, startBroker } from './peers/peer.js'
import { ConsumerProgram, goPrograms, type MessageLine, send } from './programs/client-programs.js'
import { JavaHost, type JavaRole } from './programs/java-host.js'
import { openPush, type SendResult } from './programs/java-roles.js'
import { type Deliveries, outOfOrder } from './programs/queue-order.js'

const QUEUES = 4
/** Their hash codes are consecutive, so every queue gets some. */
const ORDER_KEYS = ['k0', 'k1', 'k2', 'k3', 'k4', 'k5']
/** A lock whose owner is gone expires after this time; ours frees it when the owner's connection is closed. */
const LOCK_EXPIRY_MS = 60_000
const SUSPEND_MS = 500
const CLOCK_TOLERANCE_MS = 20

describe.each(peerKinds)('ordered messages against %s', (kind) => {
  let peer: Peer
  let client: Client
  let java: JavaHost
  let producer: JavaRole
  let nameservers: string

  beforeAll(async () => {
    peer = await Peer.start(kind)
    nameservers = peer.nameserver.address
    client = await connect({ nameservers: [nameservers] })
    java = await JavaHost.start('ROCKETMQ')
    producer = await java.open('producer', { nameservers, group: 'shop' })
  })
  afterAll(async () => {
    await java?.kill()
    await client?.close()
    await peer?.close()
  })

  let topics = 0
  async function newTopic() {
    const topic = `ordered${++topics}_${Date.now().toString(36)}`
    await client.admin().topics.create(topic, { queues: QUEUES })
    return { nameservers, topic, group: `${topic}_group` }
  }

  /** Sends the messages `key-from` to `key-(to - 1)` of every key, in their order. */
  async function sendRounds(topic: string, from: number, to: number): Promise<Map<string, SendResult[]>> {
    const results = new Map<string, SendResult[]>(ORDER_KEYS.map((key) => [key, []]))
    for (let round = from; round < to; round++) {
      for (const orderKey of ORDER_KEYS) {
        const message = { topic, body: `${orderKey}-${round}`, orderKey }
        results.get(orderKey)!.push(await producer.call<SendResult>('send', message))
      }
    }
    return results
  }

  describe.concurrent('clients', () => {
    it('when a consumer is killed, another gets its queues, from ours before their locks expire', async () => {
      const place = await newTopic()
      await sendRounds(place.topic, 0, 5)
      const survivor = await openPush(java, { ...place, orderly: true, workMs: 10 })
      await using otherJava = await JavaHost.start()
      const victim = await openPush(otherJava, { ...place, orderly: true, workMs: 10 })
      let round = 5
      await eventually(
        async () => {
          await sendRounds(place.topic, round, round + 1)
          round++
          expect(victim.of('message').length).toBeGreaterThan(20)
        },
        { withinMs: 40_000 },
      )
      await otherJava.kill()
      await sendRounds(place.topic, round, round + 5)
      await eventually(() => expect(missing([survivor, victim], round + 5)).toEqual([]), {
        withinMs: kind === 'ours' ? LOCK_EXPIRY_MS / 2 : LOCK_EXPIRY_MS + 30_000,
        everyMs: 200,
      })
      expect(outOfOrder([deliveriesOf(survivor), deliveriesOf(victim)])).toEqual([])
      await survivor.close()
    }, 180_000)

    it('a consumer that comes back under its name is given its locks at once', async () => {
      const place = await newTopic()
      const steady = { ...place, orderly: true, instance: `steady_${place.topic}`, workMs: 20 }
      await sendRounds(place.topic, 0, 5)
      await using firstLife = await JavaHost.start()
      const before = await openPush(firstLife, steady)
      await before.received(8)
      await firstLife.kill()
      const killedAt = Date.now()
      const after = await openPush(java, steady)
      await eventually(() => expect(missing([before, after], 5)).toEqual([]), { withinMs: 50_000 })
      expect(Date.now() - killedAt).toBeLessThan(LOCK_EXPIRY_MS)
      expect(outOfOrder([deliveriesOf(before), deliveriesOf(after)])).toEqual([])
      await after.close()
    })

    it('order is kept while a second Java consumer joins and leaves', async () => {
      const place = await newTopic()
      await sendRounds(place.topic, 0, 20)
      const first = await openPush(java, { ...place, orderly: true, workMs: 5 })
      await first.received(10)
      const second = await openPush(java, { ...place, orderly: true, workMs: 5 })
      let round = 20
      await eventually(
        async () => {
          await sendRounds(place.topic, round, round + 1)
          round++
          expect(queuesOf(second.of('message')).length).toBe(QUEUES / 2)
        },
        { withinMs: 40_000 },
      )
      await second.close()
      await sendRounds(place.topic, round, round + 3)
      await eventually(() => expect(missing([first, second], round + 3)).toEqual([]), { withinMs: 50_000 })
      expect(outOfOrder([deliveriesOf(first), deliveriesOf(second)])).toEqual([])
      await first.close()
    })

    it('Java: a selector keeps the messages of a key in one queue; a failed one is delivered again before the next', async () => {
      const place = await newTopic()
      const results = await sendRounds(place.topic, 0, 2)
      for (const [first, second] of results.values()) expect(second!.queueId).toBe(first!.queueId)
      await producer.call('send', { topic: place.topic, body: 'stubborn', orderKey: 'k0' })
      await sendRounds(place.topic, 2, 3)
      const consumer = await openPush(java, { ...place, orderly: true, failures: 2, suspendMs: SUSPEND_MS })
      await eventually(() => expect(missing([consumer], 3)).toEqual([]), { withinMs: 30_000 })
      expectStubbornInPlace(deliveriesOf(consumer), 2)
      await consumer.close()
    })

    it('Go: a selector keeps the messages of a key in one queue; a failed one is delivered again before the next', async () => {
      const place = await newTopic()
      const orderKeys = ORDER_KEYS.join()
      const sent = await send(goPrograms, { ...place, orderKeys, count: 12, prefix: 'go' })
      for (const [index, { queueId }] of sent.entries()) expect(queueId).toBe(sent[index % 6]!.queueId)
      await send(goPrograms, { ...place, orderKeys: 'k0', prefix: 'stubborn' })
      await send(goPrograms, { ...place, orderKeys, count: 12, prefix: 'later' })
      const args = { ...place, orderly: true, stubborn: 'stubborn', failures: 2, suspendMs: SUSPEND_MS }
      await using consumer = await ConsumerProgram.start(goPrograms, args)
      await eventually(() => expect(consumer.consumed.length).toBe(25), { withinMs: 30_000 })
      expectStubbornInPlace({ begun: consumer.messages, consumed: consumer.consumed }, 2)
    })

    it('a message that never succeeds goes to the dead letters after maxReconsumeTimes, and the queue goes on', async () => {
      const place = await newTopic()
      await producer.call('send', {
        topic: place.topic,
        orderKey: 'k0',
        body: 'stubborn',
        tag: 'red',
        keys: 'k1',
      })
      await producer.call('send', { topic: place.topic, orderKey: 'k0', body: 'next' })
      const consumer = await openPush(java, {
        ...place,
        orderly: true,
        failures: 100,
        suspendMs: 100,
        maxReconsumeTimes: 2,
      })
      await eventually(() => expect(consumer.of('consumed').map(({ body }) => body)).toEqual(['next']), {
        withinMs: 30_000,
      })
      expect(consumer.of('message').map(({ body }) => body)).toEqual([
        'stubborn',
        'stubborn',
        'stubborn',
        'next',
      ])
      const deadLetters = { nameservers, group: `${place.group}_dlq`, topic: `%DLQ%${place.group}` }
      const reader = await openPush(java, deadLetters)
      const [dead] = await reader.received(1, 30_000)
      expect(dead).toMatchObject({ body: 'stubborn', tag: 'red', keys: 'k1', topic: deadLetters.topic })
      expect(dead!.properties.RETRY_TOPIC).toBe(place.topic)
      await consumer.close()
      await reader.close()
    })
  })

  it('order survives a killed and restarted broker', async () => {
    const place = await newTopic()
    await sendRounds(place.topic, 0, 20)
    const consumer = await openPush(java, { ...place, orderly: true, workMs: 10 })
    await consumer.received(10)
    await peer.broker.kill()
    const { port, storeDirectory } = peer.broker
    await using again = await startBroker(kind, { nameservers: [nameservers], port, storeDirectory })
    expect(again.port).toBe(port)
    await eventually(() => sendRounds(place.topic, 20, 21), { withinMs: 40_000 })
    await eventually(() => expect(missing([consumer], 21)).toEqual([]), { withinMs: 60_000 })
    expect(outOfOrder([deliveriesOf(consumer)])).toEqual([])
  })
})

function deliveriesOf(role: JavaRole): Deliveries {
  return { begun: role.of('message'), consumed: role.of('consumed') }
}

/** Bodies of the first `rounds` rounds that no role has consumed. */
function missing(roles: readonly JavaRole[], rounds: number): string[] {
  const consumed = new Set(roles.flatMap((role) => role.of('consumed').map(({ body }) => body)))
  const sent = ORDER_KEYS.flatMap((key) => Array.from({ length: rounds }, (_, round) => `${key}-${round}`))
  return sent.filter((body) => !consumed.has(body))
}

function queuesOf(messages: readonly MessageLine[]): number[] {
  return [...new Set(messages.map(({ queueId }) => queueId))]
}

/** Expects that the stubborn message came until it succeeded, each time after the pause, and no other of its queue before. */
function expectStubbornInPlace(deliveries: Deliveries, failures: number): void {
  const tries = deliveries.begun.filter(({ body }) => body.startsWith('stubborn'))
  expect(tries.map(({ reconsumeTimes }) => reconsumeTimes)).toEqual(
    Array.from({ length: failures + 1 }, (_, times) => times),
  )
  for (const [index, { time }] of tries.entries()) {
    if (index > 0)
      expect(time - tries[index - 1]!.time).toBeGreaterThanOrEqual(SUSPEND_MS - CLOCK_TOLERANCE_MS)
  }
  expect(outOfOrder([deliveries])).toEqual([])
}

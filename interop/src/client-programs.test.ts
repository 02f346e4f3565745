import { connect } from '@rocketeer/client'
import { eventually } from '@rocketeer/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Peer, peerKinds } from './peers/peer.js'
import {
  type ClientPrograms,
  ConsumerProgram,
  goPrograms,
  javaPrograms,
  type MessageLine,
  send,
} from './programs/client-programs.js'

// Levels 3, 4 and 5 are those of the first retries; the others are so long that a wrong level shows.
const retryDelaysMs = [1_000, 3_000, 5_000]
const messageDelayLevel = '60s 60s 1s 3s 5s 60s 60s 60s 60s 60s 60s 60s 60s 60s 60s 60s 60s 60s'
const RETRY_TOLERANCE_MS = 1_900
const CLOCK_TOLERANCE_MS = 50

const clients = [javaPrograms('JSON'), javaPrograms('ROCKETMQ'), goPrograms]

describe.each(peerKinds)('against %s', (kind) => {
  let peer: Peer
  beforeAll(async () => {
    peer = await Peer.start(kind, { properties: { messageDelayLevel } })
  })
  afterAll(() => peer?.close())

  describe.each(clients.map((client) => [client.name, client] as const))('%s', (_, client) => {
    const names = uniqueNames(client)

    it.each(['sync', 'async', 'oneway'] as const)(
      'sends (%s), and a push consumer receives',
      async (mode) => {
        const { topic, group } = names(mode)
        const nameservers = peer.nameserver.address
        const sent = await send(client, {
          nameservers,
          group,
          topic,
          mode,
          count: 40,
          prefix: mode,
          tags: 'red,',
        })
        if (mode !== 'oneway') {
          expect(sent).toHaveLength(40)
          expect(new Set(sent.map((line) => line.status))).toEqual(new Set(['SEND_OK']))
        }

        await using consumer = await ConsumerProgram.start(client, { nameservers, group, topic })
        const received = await consumer.received(40)
        expect(bodies(received)).toEqual(Array.from({ length: 40 }, (_, index) => `${mode}-${index}`).sort())
        for (const message of received) {
          const index = Number(message.body.split('-')[1])
          expect(message).toMatchObject({ topic, reconsumeTimes: 0, keys: `key-${message.body}` })
          expect(message.tag || undefined).toBe(index % 2 === 0 ? 'red' : undefined)
          expect(message.properties.colour).toBe('blue & green = teal')
          const result = sent.find((line) => line.body === message.body)
          if (result) expect(message).toMatchObject(identityOf(result))
        }
        expectConsecutiveOffsets(received)
        await consumer.stop()
      },
    )

    it('goes on where the group stopped', async () => {
      const { topic, group } = names('resume')
      const nameservers = peer.nameserver.address
      await send(client, { nameservers, group, topic, count: 20, prefix: 'before' })
      await using first = await ConsumerProgram.start(client, { nameservers, group, topic })
      await first.received(20)
      await first.stop()

      await send(client, { nameservers, group, topic, count: 20, prefix: 'after' })
      await using second = await ConsumerProgram.start(client, { nameservers, group, topic })
      const received = await second.received(20)
      expect(received.every((message) => message.body.startsWith('after-'))).toBe(true)
    })

    it('receives only the tags it subscribed to', async () => {
      const { topic, group } = names('tags')
      const nameservers = peer.nameserver.address
      await send(client, { nameservers, group, topic, count: 40, prefix: 'tagged', tags: 'red,green,blue,' })
      const expression = 'red || blue'
      await using consumer = await ConsumerProgram.start(client, { nameservers, group, topic, expression })
      const received = await consumer.received(20)
      // A message sent while it waits takes the other road: the waiting pull is woken, or not.
      await send(client, { nameservers, group, topic, count: 4, prefix: 'later', tags: 'green,blue' })
      await consumer.received(22)
      expect(new Set(received.map((message) => message.tag))).toEqual(new Set(['red', 'blue']))
      expect(consumer.messages).toHaveLength(22)
    })

    it('two consumers share the queues, and one takes over when the other is killed', async () => {
      const { topic, group } = names('share')
      const nameservers = peer.nameserver.address
      await send(client, { nameservers, group, topic, count: 8, prefix: 'first' })
      await using survivor = await ConsumerProgram.start(client, { nameservers, group, topic })
      await survivor.received(8)
      await using victim = await ConsumerProgram.start(client, { nameservers, group, topic })

      await eventually(
        async () => {
          const round = `round${Date.now()}`
          await send(client, { nameservers, group, topic, count: 16, prefix: round })
          const ofRound = (consumer: ConsumerProgram) =>
            consumer.messages.filter((message) => message.body.startsWith(`${round}-`))
          await eventually(() => ofRound(survivor).length + ofRound(victim).length >= 16)
          expect(queuesOf(ofRound(survivor)).length).toBe(2)
          expect(queuesOf(ofRound(victim)).length).toBe(2)
          expect(queuesOf([...ofRound(survivor), ...ofRound(victim)])).toEqual([0, 1, 2, 3])
        },
        { withinMs: 60_000 },
      )

      await victim.kill()
      await send(client, { nameservers, group, topic, count: 16, prefix: 'alone' })
      await eventually(
        () => {
          const alone = survivor.messages.filter((message) => message.body.startsWith('alone-'))
          expect(bodies(alone)).toHaveLength(16)
        },
        { withinMs: 60_000 },
      )
    })

    it('a failing listener: retries after the delays of levels 3, 4 and 5, then the dead-letter queue', async () => {
      const { topic, group } = names('retry')
      const nameservers = peer.nameserver.address
      const subscription = { nameservers, group, topic, maxReconsumeTimes: 3 }
      await createRetryTopic(client, subscription)

      const [sent] = await send(client, { nameservers, group, topic, prefix: 'doomed', tags: 'red' })
      await using consumer = await ConsumerProgram.start(client, { ...subscription, failures: 100 })
      await eventually(() => expect(firstOfEach(consumer.messages)).toHaveLength(4), { withinMs: 60_000 })
      const deliveries = firstOfEach(consumer.messages)
      expect(deliveries.map((message) => message.reconsumeTimes)).toEqual([0, 1, 2, 3])
      for (const message of deliveries) {
        expect(message).toMatchObject({ topic, body: 'doomed-0', tag: 'red', keys: 'key-doomed-0' })
        if (message.reconsumeTimes === 0) continue
        expect(message.properties).toMatchObject({
          RETRY_TOPIC: topic,
          ORIGIN_MESSAGE_ID: sent!.offsetMessageId,
          colour: 'blue & green = teal',
        })
      }
      expectDelays(deliveries)

      const deadLetters = { nameservers, group: `${group}_dlq`, topic: `%DLQ%${group}` }
      // The Go client does not start before the topic has a route, and the broker makes it after the last delivery.
      await using ours = await connect({ nameservers: [nameservers] })
      await eventually(() => ours.admin().topics.route(deadLetters.topic), { withinMs: 30_000 })
      await using reader = await ConsumerProgram.start(client, deadLetters)
      await eventually(() => expect(reader.messages.map(({ body }) => body)).toContain('doomed-0'), {
        withinMs: 60_000,
      })
      const dead = reader.messages.find(({ body }) => body === 'doomed-0')
      expect(dead).toMatchObject({
        topic: `%DLQ%${group}`,
        body: 'doomed-0',
        tag: 'red',
        keys: 'key-doomed-0',
      })
      expect(dead!.properties).toMatchObject({
        RETRY_TOPIC: topic,
        ORIGIN_MESSAGE_ID: sent!.offsetMessageId,
      })
      expect(firstOfEach(consumer.messages)).toHaveLength(4)
      if (client !== goPrograms) expect(consumer.messages).toHaveLength(4)
    })

    it('a message with a delay level arrives after it', async () => {
      const { topic, group } = names('delay')
      const nameservers = peer.nameserver.address
      await send(client, { nameservers, group, topic, prefix: 'creates-the-topic' })
      await using consumer = await ConsumerProgram.start(client, { nameservers, group, topic })
      await consumer.received(1)
      await send(client, { nameservers, group, topic, prefix: 'delayed', delayLevel: 4 })
      const delayed = (await consumer.received(2)).find((message) => message.body === 'delayed-0')!
      const waitedMs = delayed.time - delayed.bornTimestamp
      expect(waitedMs).toBeGreaterThanOrEqual(3_000 - CLOCK_TOLERANCE_MS)
      expect(waitedMs).toBeLessThan(3_000 + RETRY_TOLERANCE_MS)
      expect(delayed).toMatchObject({ topic, reconsumeTimes: 0 })
      expect(delayed.properties.REAL_TOPIC).toBe(topic)
    })
  })
})

/** Makes names that no other test uses: `java_json_retry_1a2b3c`. */
function uniqueNames(client: ClientPrograms): (purpose: string) => { topic: string; group: string } {
  const prefix = client.name.toLowerCase().replace(/\W+/g, '_')
  return (purpose) => {
    const topic = `${prefix}_${purpose}_${Date.now().toString(36)}`
    return { topic, group: `${topic}_group` }
  }
}

/**
 * A consumer learns of its group's retry topic when it fetches routes, every 30 s: one that starts when the topic
 * exists reads it from the beginning, and the delays can be measured.
 */
async function createRetryTopic(
  client: ClientPrograms,
  subscription: { nameservers: string; group: string; topic: string },
): Promise<void> {
  await send(client, { ...subscription, prefix: 'creates-the-topic' })
  await using consumer = await ConsumerProgram.start(client, subscription)
  await consumer.received(1)
  await consumer.stop()
}

/**
 * The deliveries of the message that is failed, the first of each count. The Go client commits one-way when it stops, and
 * at times not at all: then a group gets what it had before once more.
 */
function firstOfEach(messages: readonly MessageLine[]): MessageLine[] {
  const seen = new Set<number>()
  return messages.filter(
    ({ body, reconsumeTimes }) =>
      body === 'doomed-0' && !seen.has(reconsumeTimes) && seen.add(reconsumeTimes),
  )
}

function expectDelays(deliveries: readonly MessageLine[]): void {
  const gaps = deliveries.slice(1).map((message, index) => message.time - deliveries[index]!.time)
  expect(gaps).toHaveLength(retryDelaysMs.length)
  gaps.forEach((gap, index) => {
    expect(gap).toBeGreaterThanOrEqual(retryDelaysMs[index]! - CLOCK_TOLERANCE_MS)
    expect(gap).toBeLessThan(retryDelaysMs[index]! + RETRY_TOLERANCE_MS)
  })
}

/** The id and the offset of a message as its producer was told. */
function identityOf(sent: { messageId: string; queueId: number; queueOffset: number }) {
  const { messageId, queueId, queueOffset } = sent
  return { messageId, queueId, queueOffset }
}

function expectConsecutiveOffsets(messages: readonly MessageLine[]): void {
  for (const queueId of queuesOf(messages)) {
    const offsets = messages
      .filter((message) => message.queueId === queueId)
      .map((message) => message.queueOffset)
    expect(offsets.sort((a, b) => a - b)).toEqual(offsets.map((_, index) => index))
  }
}

function queuesOf(messages: readonly MessageLine[]): number[] {
  return [...new Set(messages.map((message) => message.queueId))].sort((a, b) => a - b)
}

function bodies(messages: readonly MessageLine[]): string[] {
  return [...new Set(messages.map((message) => message.body))].sort()
}

import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Client, connect } from '@rocketeer/client'
import { type BrokerProcess, eventually } from '@rocketeer/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Peer, peerKinds, startBroker } from './peers/peer.js'
import { ConsumerProgram, goPrograms, type MessageLine } from './programs/client-programs.js'
import { JavaHost, type JavaRole } from './programs/java-host.js'
import { openPush } from './programs/java-roles.js'
import { Mqadmin } from './programs/mqadmin.js'
import { quiet } from './programs/quiet.js'

const properties = { mappedFileSizeCommitLog: 1024 * 1024 }
const OLD_BODY_BYTES = 100_000
const OLD_MESSAGES = 30

describe.each(peerKinds)('push consumers against %s', (kind) => {
  let peer: Peer
  let client: Client
  let java: JavaHost
  let admin: Mqadmin
  let nameservers: string
  let restarted: BrokerProcess | undefined

  beforeAll(async () => {
    peer = await Peer.start(kind, { properties })
    nameservers = peer.nameserver.address
    client = await connect({ nameservers: [nameservers] })
    java = await JavaHost.start()
    admin = await Mqadmin.start()
  })
  afterAll(async () => {
    await admin?.[Symbol.asyncDispose]()
    await java?.kill()
    await client?.close()
    await restarted?.close()
    await peer?.close()
  })

  let topics = 0
  async function newTopic(queues = 2) {
    const topic = `consumed${++topics}_${Date.now().toString(36)}`
    await client.admin().topics.create(topic, { queues })
    return { nameservers, topic, group: `${topic}_group` }
  }

  async function send(topic: string, bodies: readonly string[]): Promise<void> {
    const producer = client.producer()
    for (const body of bodies) await producer.send({ topic, body })
    await producer.close()
  }

  /** Restarts the broker without the oldest file of the log, as if its time were over. */
  async function restartWithoutOldest(): Promise<void> {
    const { port, storeDirectory } = peer.broker
    await peer.broker.stop()
    const directory = join(storeDirectory, 'commitlog')
    const files = (await readdir(directory)).sort()
    expect(files.length).toBeGreaterThan(2)
    await rm(join(directory, files[0]!))
    restarted = await startBroker(kind, { nameservers: [nameservers], port, storeDirectory, properties })
  }

  let turn: Promise<unknown> = Promise.resolve()
  /** One command at a time: tests run side by side. */
  function mqadmin(command: string, ...args: string[]): Promise<string> {
    const printed = turn.then(() => admin.run(command, '-n', nameservers, ...args))
    turn = printed.catch(() => {})
    return printed
  }

  // Where a queue still has its first message, all groups begin there.
  it('a new group of a topic that lost its oldest messages begins at the first, the last, or a time', async () => {
    const { topic } = await newTopic(1)
    const producer = client.producer({ compressBodyOverBytes: OLD_BODY_BYTES })
    for (let i = 0; i < OLD_MESSAGES; i++)
      await producer.send({ topic, body: `old-${i}`.padEnd(OLD_BODY_BYTES) })
    await restartWithoutOldest()
    const [queue] = await client.admin().topics.queues(topic)
    await eventually(async () => (await client.admin().offsets.min(queue!)) > 0, { withinMs: 60_000 })
    const timestamp = await nextSecond()
    await send(topic, ['new'])

    const place = (group: string) => ({ nameservers, topic, group: `${topic}_${group}` })
    const first = await openPush(java, place('first'))
    const last = await openPush(java, { ...place('last'), from: 'CONSUME_FROM_LAST_OFFSET' })
    const byTime = await openPush(java, { ...place('time'), from: 'CONSUME_FROM_TIMESTAMP', timestamp })
    const min = await client.admin().offsets.min(queue!)
    await first.received(OLD_MESSAGES - min + 1)
    await byTime.received(1)
    await eventually(async () => {
      await send(topic, ['newer'])
      expect(last.of('message').length).toBeGreaterThan(0)
    })
    expect(bodies(first.of('message'))[0]).toMatch(/^old-/)
    expect(bodies(byTime.of('message'))[0]).toBe('new')
    expect(new Set(bodies(last.of('message')))).toEqual(new Set(['newer']))
    await Promise.all([first, last, byTime].map((role) => role.close()))
  })

  describe.concurrent('while they run', () => {
    it('Java: every broadcasting member gets everything, and goes on where it stopped', async () => {
      const place = { ...(await newTopic()), model: 'BROADCASTING' } as const
      const instances = [`${place.topic}_one`, `${place.topic}_two`] as const
      await send(place.topic, ['a', 'b', 'c'])
      const one = await openPush(java, { ...place, instance: instances[0] })
      const two = await openPush(java, { ...place, instance: instances[1] })
      await Promise.all([one.received(3), two.received(3)])
      await one.close()
      await send(place.topic, ['d', 'e'])
      await two.received(5)
      const oneAgain = await openPush(java, { ...place, instance: instances[0] })
      await oneAgain.received(2)
      expect(bodies(one.of('message')).sort()).toEqual(['a', 'b', 'c'])
      expect(bodies(oneAgain.of('message')).sort()).toEqual(['d', 'e'])
      expect(bodies(two.of('message')).sort()).toEqual(['a', 'b', 'c', 'd', 'e'])
      await Promise.all([two.close(), oneAgain.close()])
    })

    it('Go: every broadcasting member gets everything, and goes on where it stopped', async () => {
      const place = { ...(await newTopic()), model: 'BROADCASTING' } as const
      const args = (instance: string) => ({ ...place, instance: `${place.topic}_${instance}` })
      await send(place.topic, ['a', 'b', 'c'])
      await using one = await ConsumerProgram.start(goPrograms, args('one'))
      await using two = await ConsumerProgram.start(goPrograms, args('two'))
      await Promise.all([one.received(3), two.received(3)])
      await one.stop()
      await send(place.topic, ['d', 'e'])
      await two.received(5)
      await using oneAgain = await ConsumerProgram.start(goPrograms, args('one'))
      await oneAgain.received(2)
      expect(bodies(one.messages).sort()).toEqual(['a', 'b', 'c'])
      expect(bodies(oneAgain.messages).sort()).toEqual(['d', 'e'])
      expect(bodies(two.messages).sort()).toEqual(['a', 'b', 'c', 'd', 'e'])
    })

    function topicToMakeAgain(skip: (condition: boolean, reason: string) => void) {
      skip(
        kind !== 'ours',
        "Apache's broker uses queue offsets again, and its clients then pass over messages",
      )
      return newTopic(1)
    }

    /** Sends, makes the topic again, and sends; returns all bodies in their order. */
    async function sendAroundMakingAgain(topic: string, received: (count: number) => Promise<unknown>) {
      const old = ['old-0', 'old-1', 'old-2', 'old-3', 'old-4']
      await send(topic, old)
      await received(5)
      await client.admin().topics.delete(topic)
      await client.admin().topics.create(topic, { queues: 1 })
      const renewed = ['renewed-0', 'renewed-1', 'renewed-2']
      await send(topic, renewed)
      await received(8)
      return [...old, ...renewed]
    }

    it.for(['at once', 'in order', 'each by itself'])(
      'Java: consuming %s, everything of a topic that is deleted and made again',
      async (way, { skip }) => {
        const place = await topicToMakeAgain(skip)
        const consumer = await openPush(java, {
          ...place,
          orderly: way === 'in order',
          model: way === 'each by itself' ? 'BROADCASTING' : 'CLUSTERING',
        })
        const sent = await sendAroundMakingAgain(place.topic, (count) => consumer.received(count))
        const received = bodies(consumer.of('message'))
        expect(way === 'in order' ? received : received.sort()).toEqual(sent)
        await consumer.close()
      },
    )

    it('Go: everything of a topic that is deleted and made again', async ({ skip }) => {
      const place = await topicToMakeAgain(skip)
      await using consumer = await ConsumerProgram.start(goPrograms, place)
      const sent = await sendAroundMakingAgain(place.topic, (count) => consumer.received(count))
      expect(bodies(consumer.messages).sort()).toEqual(sent)
    })

    it('Java: suspended it takes nothing new, resumed it goes on', async () => {
      const place = await newTopic()
      const consumer = await openPush(java, place)
      await send(place.topic, ['a', 'b'])
      await consumer.received(2)
      await consumer.call('suspend')
      // Pulls that wait at the broker already bring what comes next in their queue, one answer each.
      await send(place.topic, ['woken', 'woken'])
      await quiet(() => consumer.of('message').length)
      const before = consumer.of('message').length
      await send(place.topic, ['later', 'later', 'later', 'later'])
      expect(await quiet(() => consumer.of('message').length)).toBe(before)
      await consumer.call('resume')
      await eventually(() =>
        expect(bodies(consumer.of('message')).filter((body) => body === 'later').length).toBe(4),
      )
      expect(consumer.of('message').length).toBe(8)
      await consumer.close()
    })

    it.each(['Java', 'Go'] as const)('%s: offsets reset to a time, and one to an offset', async (name) => {
      const place = await newTopic()
      await send(place.topic, ['before-0', 'before-1', 'before-2', 'before-3'])
      const middle = Date.now() + 1
      await eventually(() => Date.now() > middle)
      await send(place.topic, ['a', 'b', 'c', 'd'])
      await using consumer = await runningConsumer(name, place)
      await eventually(() => expect(consumer.bodies()).toHaveLength(8), { withinMs: 30_000 })

      const target = ['-g', place.group, '-t', place.topic]
      const printed = await mqadmin('resetOffsetByTime', ...target, '-s', String(middle))
      expect(printed).toContain('broker-a')
      await eventually(() => expect(consumer.bodies()).toHaveLength(12), { withinMs: 60_000 })
      expect(consumer.bodies().slice(8).sort()).toEqual(['a', 'b', 'c', 'd'])

      // Of four messages in this queue; offset 0 is passed over by the tool.
      const oneQueue = ['-b', peer.broker.address, '-q', '0', '-o', '1', '-s', 'now']
      await mqadmin('resetOffsetByTime', ...target, ...oneQueue)
      await eventually(() => expect(consumer.bodies()).toHaveLength(15), { withinMs: 60_000 })
      expect(
        consumer
          .bodies()
          .slice(12)
          .filter((body) => body.startsWith('before')),
      ).toHaveLength(1)
    })

    it('Java: a lag is skipped on request', async () => {
      const place = await newTopic(1)
      await send(
        place.topic,
        Array.from({ length: 60 }, (_, i) => `pile-${i}`),
      )
      const consumer = await openPush(java, { ...place, orderly: true, workMs: 500 })
      await consumer.received(2)
      await mqadmin('skipAccumulatedMessage', '-g', place.group, '-t', place.topic)
      await eventually(
        async () => {
          await send(place.topic, ['after'])
          expect(bodies(consumer.of('message'))).toContain('after')
        },
        { withinMs: 25_000, everyMs: 1_000 },
      )
      expect(consumer.of('message').filter(({ body }) => body.startsWith('pile')).length).toBeLessThan(60)
      await consumer.close()
    })

    it('a group that takes over the offsets of another goes on where that one was', async () => {
      const place = await newTopic()
      await send(place.topic, ['a', 'b', 'c'])
      const source = await openPush(java, place)
      await source.received(3)
      await source.close()
      await send(place.topic, ['d'])
      const group = `${place.group}_clone`
      await client.admin().groups.create(group)
      await mqadmin('cloneGroupOffset', '-s', place.group, '-d', group, '-t', place.topic)
      const clone = await openPush(java, { ...place, group })
      await clone.received(1)
      expect(bodies(clone.of('message'))).toEqual(['d'])
      await clone.close()
    })
  })

  interface RunningConsumer extends AsyncDisposable {
    bodies(): string[]
  }

  async function runningConsumer(
    name: 'Java' | 'Go',
    place: { nameservers: string; topic: string; group: string },
  ): Promise<RunningConsumer> {
    if (name === 'Java') {
      const role: JavaRole = await openPush(java, place)
      return { bodies: () => bodies(role.of('message')), [Symbol.asyncDispose]: () => role.close() }
    }
    const program = await ConsumerProgram.start(goPrograms, place)
    return { bodies: () => bodies(program.messages), [Symbol.asyncDispose]: () => program.kill() }
  }
})

function bodies(messages: readonly MessageLine[]): string[] {
  return messages.map(({ body }) => body.trim())
}

/** Waits for the next full second; returns it in the form of Java's `consumeTimestamp`. */
async function nextSecond(): Promise<string> {
  const second = Math.ceil((Date.now() + 1) / 1_000) * 1_000
  await eventually(() => Date.now() >= second)
  const date = new Date(second)
  const parts = [date.getMonth() + 1, date.getDate(), date.getHours(), date.getMinutes(), date.getSeconds()]
  return date.getFullYear() + parts.map((part) => String(part).padStart(2, '0')).join('')
}

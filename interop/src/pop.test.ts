import { tmpdir } from 'node:os'
import { connect } from '@rocketeer/client'
import { type JsonLine, JsonLines, startJava } from '@rocketeer/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Peer, peerKinds } from './peers/peer.js'
import { javaClientClasspath } from './programs/build-programs.js'
import { ConsumerProgram, javaPrograms, type MessageLine, send } from './programs/client-programs.js'
import { Mqadmin } from './programs/mqadmin.js'

interface PoppedLine extends JsonLine {
  event: 'popped'
  what: string
  status: string
  messages: MessageLine[]
}

interface StatusLine extends JsonLine {
  what: string
  status: string
}

const client = javaPrograms('JSON')
const POP_INVISIBLE_MS = 5_000

describe.each(peerKinds)('popping with the Java client against %s', (kind) => {
  let peer: Peer
  let admin: Mqadmin
  let nameservers: string
  beforeAll(async () => {
    peer = await Peer.start(kind)
    nameservers = peer.nameserver.address
    admin = await Mqadmin.start()
  })
  afterAll(async () => {
    await admin?.[Symbol.asyncDispose]()
    await peer?.close()
  })

  /** A topic that its group pops. */
  async function poppedTopic(queues = 4): Promise<{ topic: string; group: string; nameservers: string }> {
    const topic = `java_pop_${Date.now().toString(36)}`
    const group = `${topic}_group`
    const count = String(queues)
    const broker = ['-n', nameservers, '-b', peer.broker.address]
    await admin.run('updateTopic', ...broker, '-t', topic, '-r', count, '-w', count)
    await admin.run('updateSubGroup', ...broker, '-g', group)
    const mode = ['-t', topic, '-g', group, '-m', 'POP', '-q', '0']
    expect(await admin.run('setConsumeMode', ...broker, ...mode)).toContain('success')
    return { topic, group, nameservers }
  }

  it('push consumers in pop mode share all queues; what one leaves behind comes back to the other', async () => {
    const place = await poppedTopic()
    const assigned = { ...place, assignedBy: 'broker', popInvisibleMs: POP_INVISIBLE_MS } as const
    await using first = await ConsumerProgram.start(client, assigned)
    await using second = await ConsumerProgram.start(client, assigned)
    await send(client, { ...place, count: 40, prefix: 'one' })
    const all = () => [...first.messages, ...second.messages]
    await expect.poll(() => all().length, { timeout: 30_000 }).toBe(40)
    expect(new Set(all().map(({ body }) => body)).size).toBe(40)
    // This property shows that the messages were popped.
    expect(all().every(({ properties }) => properties.POP_CK !== undefined)).toBe(true)

    await first.kill()
    await send(client, { ...place, count: 10, prefix: 'two' })
    const later = () => second.messages.filter(({ body }) => body.startsWith('two'))
    await expect.poll(() => later().length, { timeout: 30_000 }).toBe(10)
  })

  it('a message that fails comes back, counted, under its own topic', async () => {
    const place = await poppedTopic(1)
    await using consumer = await ConsumerProgram.start(client, {
      ...place,
      assignedBy: 'broker',
      popInvisibleMs: POP_INVISIBLE_MS,
      failures: 1,
    })
    await send(client, { ...place, count: 2, prefix: 'failing' })
    const received = await consumer.received(4, 40_000)
    const again = received.filter(({ reconsumeTimes }) => reconsumeTimes === 1)
    expect(again.map(({ body }) => body).sort()).toEqual(['failing-0', 'failing-1'])
    expect(again.every(({ topic }) => topic === place.topic)).toBe(true)
    await consumer.stop()
  })

  it('our client and the Java client share a group, and mqadmin shows what ours does', async () => {
    const place = await poppedTopic()
    const ours: string[] = []
    await using node = await connect({ nameservers })
    const consumer = node.consumer({
      group: place.group,
      subscribe: { [place.topic]: '*' },
      startFrom: 'first',
      assignedBy: 'broker',
      handle: (message) => {
        ours.push(message.text())
      },
    })
    await consumer.ready
    await expect.poll(() => consumer.queues.map(({ queueId }) => queueId), { timeout: 30_000 }).toContain(-1)
    await using java = await ConsumerProgram.start(client, {
      ...place,
      assignedBy: 'broker',
      popInvisibleMs: POP_INVISIBLE_MS,
    })
    const all = () => [...ours, ...java.messages.map(({ body }) => body)]
    for (let round = 0; round < 20 && (ours.length === 0 || java.messages.length === 0); round++) {
      await send(client, { ...place, count: 20, prefix: `r${round}` })
      await expect.poll(() => all().length, { timeout: 30_000 }).toBe((round + 1) * 20)
    }
    expect(new Set(all()).size).toBe(all().length)
    expect([ours.length, java.messages.length]).not.toContain(0)
    const status = await admin.run(
      'consumerStatus',
      '-n',
      nameservers,
      '-g',
      place.group,
      '-i',
      node.clientId,
    )
    expect(status).toMatch(new RegExp(`${place.topic} +broker-a +-1 +PopProcessQueueInfo \\[waitAckCount:0`))
  })

  it('in order, in batches, with changed invisible times', async () => {
    const place = await poppedTopic(1)
    await send(client, { ...place, count: 6, prefix: 'm' })
    const program = startJava({
      classpath: javaClientClasspath,
      main: 'dev.rocketeer.interop.PopCalls',
      args: [
        ...Object.entries(place).map(([name, value]) => `${name}=${value}`),
        `address=${peer.broker.address}`,
        'brokerName=broker-a',
      ],
      jvm: ['-Xmx256m', '-XX:TieredStopAtLevel=1', `-Duser.home=${tmpdir()}`],
    })
    await program.succeeded({ withinMs: 60_000 })
    const lines = new JsonLines(program)
    const popped = lines.of<PoppedLine>('popped')
    const of = (what: string) => {
      const messages = popped.filter((line) => line.what === what).flatMap((line) => line.messages)
      return messages.map(({ body, reconsumeTimes }) => `${body} ${reconsumeTimes}`)
    }
    expect(of('first')).toEqual(['m-0 0', 'm-1 0'])
    expect(of('closed')).toEqual([])
    expect(of('same attempt')).toEqual(['m-0 0', 'm-1 0'])
    expect(of('again')).toEqual(['m-0 0', 'm-1 0'])
    expect(of('next')).toEqual(['m-2 0', 'm-3 0'])
    expect(of('counted')).toEqual(['m-2 1', 'm-3 1'])
    expect(of('all')).toEqual(['m-0 0', 'm-1 0', 'm-2 0', 'm-3 0', 'm-4 0', 'm-5 0'])
    expect(of('back').sort()).toEqual(['m-0 1', 'm-1 1'])
    const statuses = [...lines.of<StatusLine>('acked'), ...lines.of<StatusLine>('changed')]
    expect(new Set(statuses.map(({ status }) => status))).toEqual(new Set(['OK']))
  })
})

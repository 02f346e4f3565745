import { tmpdir } from 'node:os'
import { connect } from '@rocketeer/client'
import { ResponseCode } from '@rocketeer/protocol'
import { type JsonLine, JsonLines, startJava } from '@rocketeer/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Peer, peerKinds } from './peers/peer.js'
import { javaClientClasspath } from './programs/build-programs.js'
import { ConsumerProgram, javaPrograms, type RefusedLine } from './programs/client-programs.js'
import { Mqadmin } from './programs/mqadmin.js'

interface SentLine extends JsonLine {
  what: string
  body: string
  queueId: number
}

interface PoppedLine extends JsonLine {
  body: string
  queueId: number
  properties: Record<string, string>
}

interface BatchLine extends JsonLine {
  ids: string
  offsetIds?: string
  offset: number
}

describe.each(peerKinds)('kinds of messages against %s', (kind) => {
  let peer: Peer
  let admin: Mqadmin
  let broker: string[]
  beforeAll(async () => {
    // Longer than any test waits: delayed messages must not arrive among the rest.
    peer = await Peer.start(kind, { properties: { messageDelayLevel: '10m 20m' } })
    admin = await Mqadmin.start()
    broker = ['-n', peer.nameserver.address, '-b', peer.broker.address]
  })
  afterAll(async () => {
    await admin?.[Symbol.asyncDispose]()
    await peer?.close()
  })

  const createTopic = (topic: string, ...more: string[]) =>
    admin.run('updateTopic', ...broker, '-t', topic, '-r', '3', '-w', '3', ...more)

  it('Java client: priorities choose the queue, pops begin with the highest; batches, good and bad', async () => {
    await createTopic('urgent', '-a', '+message.type=PRIORITY')
    await createTopic('batched')
    await admin.run('updateSubGroup', ...broker, '-g', 'urgent_readers')
    const places = { priorities: 'urgent', batches: 'batched', group: 'urgent_readers' }
    const where = {
      nameservers: peer.nameserver.address,
      address: peer.broker.address,
      brokerName: 'broker-a',
    }
    const program = startJava({
      classpath: javaClientClasspath,
      main: 'dev.rocketeer.interop.Kinds',
      args: Object.entries({ ...places, ...where }).map(([name, value]) => `${name}=${value}`),
      jvm: ['-Xmx256m', '-XX:TieredStopAtLevel=1', `-Duser.home=${tmpdir()}`],
    })
    await program.succeeded({ withinMs: 90_000 })
    const lines = new JsonLines(program)

    const sent = lines.of<SentLine>('sent').map(({ body, queueId }) => `${body} ${queueId}`)
    expect(sent).toEqual(['p1 1', 'p0 0', 'p9 2', 'p2 2', 'p0 0', 'delayed 0'])
    const popped = lines.of<PoppedLine>('popped')
    expect(popped.map(({ body }) => body)).toEqual(['p9', 'p2', 'p1', 'p0', 'p0'])
    expect(popped[0]!.properties._SYS_MSG_PRIORITY_).toBe('9')

    const [batch, again] = lines.of<BatchLine>('batch')
    expect(new Set(batch!.ids.split(',')).size).toBe(3)
    expect(batch!.offsetIds!.split(',')).toHaveLength(3)
    expect(batch!.offset).toBe(0)
    const refused = new Map(
      lines.of<RefusedLine & { what: string }>('refused').map((line) => [line.what, line]),
    )
    expect(refused.get('retry topic')?.code).toBe(ResponseCode.MESSAGE_ILLEGAL)
    expect(refused.get('large')?.code).not.toBe(ResponseCode.SUCCESS)
    expect(refused.get('forged')?.code).not.toBe(ResponseCode.SUCCESS)
    if (kind === 'ours') {
      expect(refused.get('large')).toMatchObject({ code: ResponseCode.MESSAGE_ILLEGAL })
      expect(refused.get('large')?.reason).toContain('the limit is 4194304')
      expect(refused.get('forged')).toMatchObject({ code: ResponseCode.MESSAGE_ILLEGAL })
    }
    // No refused message is stored.
    expect(again!.offset).toBe(3)
  })

  it('Java client: the broker warns once of members that consume differently', async ({ skip }) => {
    skip(kind !== 'ours', "Apache's broker says nothing of it")
    await createTopic('disputed')
    const place = { nameservers: peer.nameserver.address, group: 'disputing', topic: 'disputed' }
    const java = javaPrograms('JSON')
    await using one = await ConsumerProgram.start(java, { ...place, expression: 'a' })
    await using two = await ConsumerProgram.start(java, { ...place, expression: 'b' })
    const warning = /members of the consumer group disputing consume differently/
    const { input: line } = await peer.broker.process.line(warning, { withinMs: 30_000 })
    for (const part of ['topic disputed "a"', 'topic disputed "b"', 'JAVA V5_5_0'])
      expect(line).toContain(part)
    // Starting sends several heartbeats each.
    await one.stop()
    await two.stop()
    expect(peer.broker.process.lines.filter((each) => warning.test(each))).toHaveLength(1)
  })

  it('mqadmin: types of topics, and a copy of offsets for a group that does not exist', async () => {
    const type = async () => {
      await using client = await connect({ nameservers: [peer.nameserver.address] })
      return await client.admin().topics.type('typed')
    }
    await createTopic('typed', '-a', '+message.type=FIFO')
    expect(await type()).toBe('FIFO')
    await createTopic('typed', '-a', '+message.type=DELAY')
    expect(await type()).toBe('DELAY')
    await expect(createTopic('typed', '-a', '+message.type=SOME')).rejects.toThrow('CODE: 1 ')
    await expect(createTopic('typed', '-a', '+no.such=1')).rejects.toThrow('CODE: 1 ')
    await expect(createTopic('typed', '-a', '+message.type=MIXED')).rejects.toThrow('CODE: 29 ')
    await createTopic('typed', '-a', '-message.type')
    expect(await type()).toBe('NORMAL')

    await using client = await connect({ nameservers: [peer.nameserver.address] })
    const { queue } = await client.producer().send({ topic: 'typed', body: 'x' })
    await client.admin().groups.create('copied')
    // mqadmin finds the brokers of a group by its retry topic, which its first consumer would make.
    await createTopic('%RETRY%copied')
    await client.admin().offsets.commit('copied', { topic: 'typed', ...queue }, 1)
    const copy = (to: string) =>
      admin.run('cloneGroupOffset', '-n', peer.nameserver.address, '-s', 'copied', '-d', to, '-t', 'typed')
    await expect(copy('nobody')).rejects.toThrow('CODE: 26 ')
    await client.admin().groups.create('copies')
    expect(await copy('copies')).toContain('success')
    expect(await client.admin().offsets.committed('copies', { topic: 'typed', ...queue })).toBe(1)
  })
})

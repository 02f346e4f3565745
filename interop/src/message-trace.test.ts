import { tmpdir } from 'node:os'
import { type Client, connect } from '@rocketeer/client'
import { eventually, type JsonLine, JsonLines, startJava } from '@rocketeer/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Peer, type PeerKind } from './peers/peer.js'
import { javaClientClasspath } from './programs/build-programs.js'
import { Mqadmin } from './programs/mqadmin.js'

const SHORT_DELAYS = Array.from({ length: 18 }, () => '1s').join(' ')

interface SentLine extends JsonLine {
  name: string
  messageId: string
}

let admin: Mqadmin
beforeAll(async () => {
  admin = await Mqadmin.start()
}, 60_000)
afterAll(() => admin?.[Symbol.asyncDispose]())

// Our client's trace has to be read on Apache's broker as well, whatever INTEROP_PEERS says.
describe.each<{ kind: PeerKind; traceTopic: string }>([
  { kind: 'ours', traceTopic: 'RMQ_SYS_TRACE_TOPIC' },
  { kind: 'ours', traceTopic: 'shop-trace' },
  { kind: 'apache', traceTopic: 'RMQ_SYS_TRACE_TOPIC' },
])('message trace in $traceTopic of $kind', ({ kind, traceTopic }) => {
  let peer: Peer
  let client: Client

  beforeAll(async () => {
    peer = await Peer.start(kind, {
      properties: {
        // The trace topic is there because the broker creates it at its start, not by the first send.
        autoCreateTopicEnable: 'false',
        traceTopicEnable: 'true',
        msgTraceTopicName: traceTopic,
        messageDelayLevel: SHORT_DELAYS,
        recallMessageEnable: 'true',
      },
    })
    const trace = { topic: traceTopic, flushIntervalMs: 100 }
    client = await connect({ nameservers: [peer.nameserver.address], trace })
  }, 120_000)
  afterAll(async () => {
    await client?.close()
    await peer?.close()
  })

  /** Kind, group and success of each row that mqadmin shows, once there are `count` rows. */
  async function rowsOf(messageId: string, count: number): Promise<string[][]> {
    let rows: string[][] = []
    await eventually(
      async () => {
        const args = ['-n', peer.nameserver.address, '-i', messageId, '-t', traceTopic]
        rows = (await admin.run('queryMsgTraceById', ...args))
          .split('\n')
          .filter((line) => /^(Pub|Sub) /.test(line))
          .map((line) => line.trim().split(/\s+/))
        expect(rows).toHaveLength(count)
      },
      { withinMs: 30_000 },
    )
    for (const [, , host, date, time, cost] of rows) {
      expect([host, date, time, cost]).toEqual([
        expect.stringMatching(/^[\d.]+$/),
        expect.stringMatching(/^20\d\d-/),
        expect.stringMatching(/^\d\d:\d\d:\d\d$/),
        expect.stringMatching(/^\d+ms$/),
      ])
    }
    return rows.map((row) => [row[0]!, row[1]!, row.at(-1)!])
  }

  it("Apache's tool reads what our client traced", async () => {
    const topic = 'ours'
    await client.admin().topics.create(topic, { queues: 1 })
    let failures = 1
    await client.consumer({
      group: 'readers',
      subscribe: { [topic]: '*' },
      startFrom: 'first',
      handle: () => {
        if (failures-- > 0) throw new Error('not yet')
      },
    }).ready
    // Without tag and key, whose fields Apache's decoder wants filled all the same.
    const { messageId } = await client.producer({ group: 'shop' }).send({ topic, body: 'x' })
    expect(await rowsOf(messageId, 3)).toEqual([
      ['Pub', 'shop', 'success'],
      ['Sub', 'readers', 'failed'],
      ['Sub', 'readers', 'success'],
    ])
    const batch = await client.producer({ group: 'shop' }).sendBatch([{ topic, body: 'a', key: 'k' }])
    expect(await rowsOf(batch.messageIds[0]!, 2)).toEqual([
      ['Pub', 'shop', 'success'],
      ['Sub', 'readers', 'success'],
    ])
  })

  it("both read what Apache's client traced", async () => {
    const topic = 'theirs'
    await client.admin().topics.create(topic, { queues: 1 })
    const nameservers = peer.nameserver.address
    const program = startJava({
      classpath: javaClientClasspath,
      main: 'dev.rocketeer.interop.Traced',
      args: [`nameservers=${nameservers}`, `topic=${topic}`, 'group=java', `traceTopic=${traceTopic}`],
      jvm: [
        '-Xmx256m',
        '-XX:TieredStopAtLevel=1',
        `-Duser.home=${tmpdir()}`,
        '-Drocketmq.client.rebalance.waitInterval=1000',
        // Keeps the first rebalance apart from the first heartbeat: see client-programs.ts.
        '-Drocketmq.client.rebalance.minInterval=400',
      ],
    })
    await program.succeeded({ withinMs: 90_000 })
    const sent = new Map(
      new JsonLines(program).of<SentLine>('sent').map((line) => [line.name, line.messageId]),
    )
    expect(await rowsOf(sent.get('plain')!, 3)).toEqual([
      ['Pub', 'java', 'success'],
      ['Sub', 'java-readers', 'failed'],
      ['Sub', 'java-readers', 'success'],
    ])
    const given = { type: 'SubBefore', groupName: 'java-readers' }
    const ended = { type: 'SubAfter', groupName: 'java-readers' }
    expect(await tracesOf(sent.get('plain')!, 5)).toMatchObject([
      { type: 'Pub', groupName: 'java', topic, tags: 'plain', keys: 'key-plain', bodyLength: 5 },
      { ...given, retryTimes: 0 },
      { ...ended, success: false, contextCode: 4 },
      { ...given, retryTimes: 1 },
      { ...ended, success: true, contextCode: 0 },
    ])
    expect(await tracesOf('key-committed', 4)).toMatchObject([
      { type: 'Pub', msgType: 'Trans_Msg_Half', msgId: sent.get('committed') },
      { type: 'EndTransaction', transactionState: 'COMMIT_MESSAGE', fromTransactionCheck: false },
      { ...given, retryTimes: 0 },
      { ...ended, success: true },
    ])
    expect(await tracesOf(sent.get('recalled')!, 2)).toMatchObject([
      { type: 'Pub', msgType: 'Delay_Msg' },
      { type: 'Recall', groupName: 'java', topic, success: true },
    ])
  }, 150_000)

  async function tracesOf(idOrKey: string, count: number) {
    let traces = await client.admin().messages.traces(idOrKey, { traceTopic })
    await eventually(
      async () => {
        traces = await client.admin().messages.traces(idOrKey, { traceTopic })
        expect(traces).toHaveLength(count)
      },
      { withinMs: 20_000 },
    )
    return traces
  }
})

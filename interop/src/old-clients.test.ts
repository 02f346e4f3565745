import { type Client, connect } from '@rocketeer/client'
import { eventually } from '@rocketeer/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Peer, peerKinds } from './peers/peer.js'
import {
  type ClientPrograms,
  ConsumerProgram,
  oldJavaPrograms,
  send,
  TransactProgram,
} from './programs/client-programs.js'
import { Mqadmin } from './programs/mqadmin.js'
import { type OldJavaClient, oldJavaClient } from './programs/old-java-client.js'

/** 4.3.0 is the first with transactions; it sends and administers at the VIP channel. 4.9.8 is the last of its line. */
const versions = ['4.3.0', '4.9.8']
const SHORT_DELAYS = Array.from({ length: 18 }, () => '1s').join(' ')
const TRACE_TOPIC = 'RMQ_SYS_TRACE_TOPIC'

describe.each(peerKinds.flatMap((kind) => versions.map((version) => ({ kind, version }))))(
  'Java client $version against $kind',
  ({ kind, version }) => {
    let peer: Peer
    let client: Client
    let old: OldJavaClient
    let programs: ClientPrograms
    let nameservers: string

    beforeAll(async () => {
      old = await oldJavaClient(version)
      programs = oldJavaPrograms(old)
      peer = await Peer.start(kind, {
        properties: {
          messageDelayLevel: SHORT_DELAYS,
          traceTopicEnable: 'true',
          transactionTimeOut: '2000',
          transactionCheckInterval: '1000',
          // Apache also checks transactions that have ended when it notes their end later than it begins to check.
          transactionOpBatchInterval: '100',
        },
      })
      nameservers = peer.nameserver.address
      client = await connect({ nameservers: [nameservers] })
    }, 600_000)
    afterAll(async () => {
      await client?.close()
      await peer?.close()
    })

    it('sends in every way; a consumer receives everything, retries and gives up', async () => {
      const topic = 'orders'
      const traceTopic = version === '4.3.0' ? undefined : TRACE_TOPIC
      await client.admin().topics.create(topic, { queues: 2 })
      await using consumer = await ConsumerProgram.start(programs, {
        nameservers,
        group: 'billing',
        topic,
        expression: 'red || blue',
        stubborn: 'stubborn',
        failures: 9,
        maxReconsumeTimes: 1,
        ...(traceTopic && { traceTopic }),
      })
      const producer = { nameservers, group: 'shop', topic, tags: 'red' }
      const sync = await send(
        programs,
        { ...producer, prefix: 'sync', count: 4, tags: 'red,green', ...(traceTopic && { traceTopic }) },
        // A producer that closes drops traces which are not sent within half a second.
        traceTopic === undefined ? undefined : ([first]) => traced(first!.messageId),
      )
      expect(sync.map(({ status }) => status)).toEqual(Array(4).fill('SEND_OK'))
      expect(await send(programs, { ...producer, prefix: 'async', mode: 'async', count: 3 })).toHaveLength(3)
      await send(programs, { ...producer, prefix: 'oneway', mode: 'oneway', count: 3 })
      const [batch] = await send(programs, { ...producer, prefix: 'batch', mode: 'batch', count: 3 })
      expect(batch!.messageId.split(',')).toHaveLength(3)
      await send(programs, { ...producer, prefix: 'late', delayLevel: 1 })
      await send(programs, { ...producer, prefix: 'stubborn' })

      const received = await consumer.received(14)
      expect(received.map(({ body }) => body).sort()).toEqual([
        ...['async-0', 'async-1', 'async-2', 'batch-0', 'batch-1', 'batch-2', 'late-0'],
        ...['oneway-0', 'oneway-1', 'oneway-2', 'stubborn-0', 'stubborn-0', 'sync-0', 'sync-2'],
      ])
      const late = received.find(({ body }) => body === 'late-0')!
      expect(late.storeTimestamp - late.bornTimestamp).toBeGreaterThanOrEqual(950)
      expect(late.properties).toMatchObject({ colour: 'blue & green = teal' })
      const stubborn = received.filter(({ body }) => body === 'stubborn-0')
      expect(stubborn.map(({ reconsumeTimes }) => reconsumeTimes)).toEqual([0, 1])

      await eventually(
        async () => {
          const dead = await client.admin().messages.byKey('%DLQ%billing', 'key-stubborn-0')
          expect(dead.map((message) => message.text())).toEqual(['stubborn-0'])
        },
        { withinMs: 30_000 },
      )
      await consumer.stop()
    })

    /** Resolves when the traces of a message that was sent and consumed are all there. */
    async function traced(messageId: string): Promise<void> {
      await eventually(
        async () => {
          expect(await client.admin().messages.traces(messageId)).toMatchObject([
            { type: 'Pub', groupName: 'shop', topic: 'orders', tags: 'red', keys: 'key-sync-0' },
            { type: 'SubBefore', groupName: 'billing' },
            { type: 'SubAfter', groupName: 'billing', success: true },
          ])
        },
        { withinMs: 60_000 },
      )
    }

    it('keeps the order of each key', async () => {
      const topic = 'steps'
      await client.admin().topics.create(topic, { queues: 4 })
      const args = { nameservers, group: 'shippers', topic }
      await using consumer = await ConsumerProgram.start(programs, { ...args, orderly: true })
      const sent = await send(programs, { ...args, count: 40, prefix: 'step', orderKeys: 'a,b,c' })
      const received = await consumer.received(40)
      expect(received).toHaveLength(40)
      for (const queueId of new Set(sent.map((message) => message.queueId))) {
        const bodies = (lines: readonly { queueId: number; body: string }[]) =>
          lines.filter((line) => line.queueId === queueId).map(({ body }) => body)
        expect(bodies(received)).toEqual(bodies(sent))
      }
      await consumer.stop()
    })

    it('commits and rolls back at once, and when it is asked', async () => {
      const topic = 'payments'
      await client.admin().topics.create(topic, { queues: 1 })
      await using consumer = await ConsumerProgram.start(programs, { nameservers, group: 'readers', topic })
      await using producer = await TransactProgram.start(programs, {
        nameservers,
        group: 'payers',
        topic,
        outcomes: 'commit,rollback,unknown-commit,unknown-rollback',
      })
      const asked = await producer.asked(2)
      expect(new Set(asked.map(({ body }) => body))).toEqual(
        new Set(['unknown-commit-2', 'unknown-rollback-3']),
      )
      const received = await consumer.received(2)
      expect(received.map(({ body }) => body).sort()).toEqual(['commit-0', 'unknown-commit-2'])
      await producer.stop()
      await consumer.stop()
    })

    it('administers', async () => {
      await using admin = await Mqadmin.start(old.classpath)
      const mqadmin = (command: string, ...args: string[]) => admin.run(command, '-n', nameservers, ...args)
      // Apache's broker no longer has a figure that the old tool wants.
      if (kind === 'ours') expect(await mqadmin('clusterList')).toContain(peer.broker.address)
      const create = ['-c', 'DefaultCluster', '-t', 'made', '-r', '3', '-w', '3']
      expect(await mqadmin('updateTopic', ...create)).toContain(
        `create topic to ${peer.broker.address} success`,
      )
      await eventually(async () => expect(await mqadmin('topicList')).toContain('made'))
      const status = await mqadmin('topicStatus', '-t', 'made')
      expect(status.match(/^broker-a +\d+ +0 +0/gm)).toHaveLength(3)
    })
  },
)

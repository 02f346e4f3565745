import { eventually } from '@rocketeer/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Peer, peerKinds } from './peers/peer.js'
import { ConsumerProgram, goPrograms, type SentLine, send } from './programs/client-programs.js'
import { Mqadmin } from './programs/mqadmin.js'

const topic = 'orders'
const group = 'billing'
const QUEUES = 6
const CONSUMED = 12
const BACKLOG = 6

// One story in order: each command sees what the ones before it did.
describe.each(peerKinds)('mqadmin against %s', (kind) => {
  let peer: Peer
  let admin: Mqadmin
  let nameservers: string
  let sent: SentLine[]

  beforeAll(async () => {
    peer = await Peer.start(kind)
    nameservers = peer.nameserver.address
    admin = await Mqadmin.start()
  })
  afterAll(async () => {
    await admin?.[Symbol.asyncDispose]()
    await peer?.close()
  })

  /** Runs a command on the cluster. */
  const mqadmin = (command: string, ...args: string[]) => admin.run(command, '-n', nameservers, ...args)

  it('clusterList shows the broker', async () => {
    const [broker] = rows(await mqadmin('clusterList'))
    expect(broker!.slice(0, 5)).toEqual([
      'DefaultCluster',
      'broker-a',
      '0',
      peer.broker.address,
      expect.stringMatching(/^V5_/),
    ])
    expect(rows(await mqadmin('clusterList', '-m'))[0]).toEqual([
      'DefaultCluster',
      'broker-a',
      '0',
      '0',
      '0',
      '0',
    ])
  })

  it('updateTopic creates a topic and changes it', async () => {
    const create = ['-c', 'DefaultCluster', '-t', topic, '-r', '2', '-w', '2']
    expect(await mqadmin('updateTopic', ...create)).toContain(
      `create topic to ${peer.broker.address} success`,
    )
    const change = ['-b', peer.broker.address, '-t', topic, '-r', String(QUEUES), '-w', String(QUEUES)]
    expect(await mqadmin('updateTopic', ...change)).toContain(
      `create topic to ${peer.broker.address} success`,
    )
  })

  it('topicList shows it, with its cluster on request', async () => {
    await eventually(async () => expect(words(await mqadmin('topicList'))).toContain(topic))
    expect(words(await mqadmin('topicList'))).toContain('TBW102')
    expect(rows(await mqadmin('topicList', '-c'))).toContainEqual(['DefaultCluster', topic])
  })

  it('topicRoute shows its queues', async () => {
    await eventually(async () => {
      // fastjson leaves integer keys bare, as Java clients expect them
      const route = JSON.parse((await mqadmin('topicRoute', '-t', topic)).replace(/(\d+):"/g, '"$1":"'))
      expect(route.brokerDatas).toMatchObject([
        { brokerName: 'broker-a', cluster: 'DefaultCluster', brokerAddrs: { 0: peer.broker.address } },
      ])
      expect(route.queueDatas).toMatchObject([
        { brokerName: 'broker-a', perm: 6, readQueueNums: QUEUES, writeQueueNums: QUEUES },
      ])
    })
  })

  it('updateSubGroup creates a group', async () => {
    const printed = await mqadmin('updateSubGroup', '-c', 'DefaultCluster', '-g', group, '-r', '5', '-q', '2')
    expect(printed).toContain(`create subscription group to ${peer.broker.address} success`)
    const config = await mqadmin('getConsumerConfig', '-g', group)
    expect(config).toMatch(/retryMaxTimes\s+=\s+5/)
    expect(config).toMatch(/retryQueueNums\s+=\s+2/)
  })

  it('topicStatus shows the offsets of every queue', async () => {
    sent = await send(goPrograms, {
      nameservers,
      group: 'shop',
      topic,
      count: CONSUMED,
      prefix: 'order',
      tags: 'red',
    })
    const status = rows(await mqadmin('topicStatus', '-t', topic))
    expect(status.map(([broker, queue, min]) => [broker, queue, min])).toEqual(
      Array.from({ length: QUEUES }, (_, queue) => ['broker-a', String(queue), '0']),
    )
    expect(sum(status.map(([, , , max]) => max))).toBe(CONSUMED)
  })

  it('consumerProgress shows how far a group is behind', async () => {
    const consumer = await ConsumerProgram.start(goPrograms, { nameservers, group, topic })
    await consumer.received(CONSUMED)
    expect(rows(await mqadmin('consumerProgress'))).toContainEqual([
      group,
      '1',
      expect.stringMatching(/^V\d/),
      'PUSH',
      'CLUSTERING',
      expect.anything(),
      '0',
    ])
    // The Go client commits one-way every 5 s and when it stops, and a connection closed right then may lose some. Before
    // its first commits nothing is known of the group, and mqadmin says that it is 0 messages behind.
    const consumed = async () => {
      const queues = rows(await mqadmin('consumerProgress', '-g', group)).filter(([name]) => name === topic)
      return sum(queues.map(([, , , , consumerOffset]) => consumerOffset))
    }
    await eventually(async () => expect(await consumed()).toBe(CONSUMED), { withinMs: 30_000 })
    await consumer.stop()
    await send(goPrograms, { nameservers, group: 'shop', topic, count: BACKLOG, prefix: 'later' })
    const progress = await mqadmin('consumerProgress', '-g', group)
    expect(progress).toMatch(new RegExp(`Consume Diff Total: ${BACKLOG}\\b`))
    const queues = rows(progress).filter(([name]) => name === topic)
    expect(queues).toHaveLength(QUEUES)
    for (const [, broker, , brokerOffset, consumerOffset, diff] of queues) {
      expect(broker).toBe('broker-a')
      expect(Number(brokerOffset) - Number(consumerOffset)).toBe(Number(diff))
    }
    expect(sum(queues.map(([, , , , consumerOffset]) => consumerOffset))).toBe(CONSUMED)
  })

  it('queryMsgById finds a message by its unique id and by its offset id', async () => {
    const message = sent[3]!
    for (const id of [message.messageId, message.offsetMessageId]) {
      expectMessage(await mqadmin('queryMsgById', '-t', topic, '-i', id), message)
    }
    expectMessage(await mqadmin('queryMsgByUniqueKey', '-t', topic, '-i', message.messageId), message)
  })

  it('queryMsgByKey finds it by its key, and nothing by another', async () => {
    const message = sent[3]!
    const found = rows(await mqadmin('queryMsgByKey', '-t', topic, '-k', `key-${message.body}`))
    expect(found).toEqual([
      [
        message.messageId,
        String(message.queueId),
        String(message.queueOffset),
        expect.stringContaining('@K@key-order-3@'),
      ],
    ])
    await expect(mqadmin('queryMsgByKey', '-t', topic, '-k', 'nobody-has-this-key')).rejects.toThrow(
      'CODE: 208',
    )
  })

  it('queryMsgByOffset finds it by its place', async () => {
    const message = sent[3]!
    const place = ['-b', 'broker-a', '-i', String(message.queueId), '-o', String(message.queueOffset)]
    expectMessage(await mqadmin('queryMsgByOffset', '-t', topic, ...place), message)
  })

  it('brokerStatus counts what was stored', async () => {
    const status = properties(await mqadmin('brokerStatus', '-b', peer.broker.address), ':')
    expect(status).toMatchObject({
      brokerActive: 'true',
      msgPutTotalTodayNow: String(CONSUMED + BACKLOG),
      putMessageTimesTotal: String(CONSUMED + BACKLOG),
      commitLogMinOffset: '0',
      dispatchBehindBytes: '0',
      runtime: expect.stringMatching(/\[ 0 days, 0 hours, \d+ minutes, \d+ seconds \]/),
      commitLogDirCapacity: expect.stringMatching(/^Total : .*, Free : /),
    })
    expect(Number(status.commitLogMaxOffset)).toBe(Number(status.putMessageSizeTotal))
  })

  it('getBrokerConfig shows the configuration under its Apache names', async () => {
    expect(properties(await mqadmin('getBrokerConfig', '-b', peer.broker.address), '=')).toMatchObject({
      brokerName: 'broker-a',
      brokerClusterName: 'DefaultCluster',
      brokerId: '0',
      brokerIP1: '127.0.0.1',
      listenPort: String(peer.broker.port),
      namesrvAddr: nameservers,
      storePathRootDir: peer.broker.storeDirectory,
      flushDiskType: 'ASYNC_FLUSH',
      mappedFileSizeCommitLog: '1073741824',
      maxMessageSize: '4194304',
      fileReservedTime: '72',
      messageDelayLevel: '1s 5s 10s 30s 1m 2m 3m 4m 5m 6m 7m 8m 9m 10m 20m 30m 1h 2h',
    })
  })

  it('deleteTopic removes it everywhere', async () => {
    const printed = await mqadmin('deleteTopic', '-c', 'DefaultCluster', '-t', topic)
    expect(printed).toContain(`delete topic [${topic}] from cluster [DefaultCluster] success`)
    expect(printed).toContain(`delete topic [${topic}] from NameServer success`)
    expect(words(await mqadmin('topicList'))).not.toContain(topic)
    await expect(mqadmin('topicRoute', '-t', topic)).rejects.toThrow('CODE: 17')
  })
})

/** The lines of a table without its heading, cut at spaces. */
function rows(printed: string): string[][] {
  const lines = printed
    .split('\n')
    .filter((line) => line.trim() && !line.startsWith('#') && !/^[A-Z]\w+ \w.*:/.test(line))
  return lines.map((line) => line.trim().split(/\s+/))
}

function words(printed: string): string[] {
  return printed.split(/\s+/)
}

function properties(printed: string, separator: string): Record<string, string> {
  const pairs = printed.split('\n').map((line) => {
    const at = line.indexOf(separator)
    return [line.slice(0, at).trim(), line.slice(at + 1).trim()] as const
  })
  return Object.fromEntries(pairs)
}

function expectMessage(printed: string, sent: SentLine): void {
  const facts = properties(printed, ':')
  expect(facts).toMatchObject({
    Topic: topic,
    Tags: '[red]',
    Keys: `[key-${sent.body}]`,
    'Queue ID': String(sent.queueId),
    'Queue Offset': String(sent.queueOffset),
    'Reconsume Times': '0',
  })
  expect(facts.Properties).toContain(`UNIQ_KEY=${sent.messageId}`)
  expect(facts.Properties).toContain('colour=blue & green = teal')
}

function sum(values: readonly (string | undefined)[]): number {
  return values.reduce((total, value) => total + Number(value), 0)
}

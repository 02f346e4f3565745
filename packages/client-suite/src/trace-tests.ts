import { type Message, type MessageTrace, retryLater, type TraceOptions } from '@rocketeer/client'
import { eventually } from '@rocketeer/test-kit'
import { expect, it } from 'vitest'
import { Handled } from './handled.js'
import type { SuiteWorld } from './suite-peer.js'

/** Short, so that entries come soon. */
const FLUSH_INTERVAL_MS = 100

export function traceTests(world: SuiteWorld): void {
  /** A client that traces, a topic, and a way to read the traces. */
  async function traced(options: TraceOptions = {}) {
    const client = await world.connect({ trace: { flushIntervalMs: FLUSH_INTERVAL_MS, ...options } })
    const problems: unknown[] = []
    client.on('problem', (problem, { part }) => part !== 'consumer' && problems.push(problem))
    const topic = world.name('traced')
    await client.admin().topics.create(topic, { queues: 1 })
    const group = world.name('group')
    const tracesOf = async (idOrKey: string, types: readonly MessageTrace['type'][]) => {
      let traces: MessageTrace[] = []
      const query = options.topic === undefined ? {} : { traceTopic: options.topic }
      await eventually(
        async () => {
          traces = await client.admin().messages.traces(idOrKey, query)
          expect(traces.map((trace) => trace.type).sort()).toEqual([...types].sort())
        },
        { withinMs: 20_000 },
      )
      expect(problems).toEqual([])
      return traces
    }
    return { client, topic, group, tracesOf }
  }

  it('a send and its delivery, found by id and by key', async () => {
    const { client, topic, group, tracesOf } = await traced()
    const handled = new Handled()
    const producer = client.producer({ group: 'shop' })
    await client.consumer({ group, subscribe: { [topic]: '*' }, startFrom: 'first', handle: handled.handle })
      .ready
    const key = world.name('order')
    const { messageId, offsetMessageId } = await producer.send({
      topic,
      body: 'x',
      tag: 'paid',
      keys: [key, 'b'],
    })
    await handled.exactly(['x'])
    const common = { msgId: messageId, keys: `${key} b` }
    const [sent, given, ended] = await tracesOf(messageId, ['Pub', 'SubBefore', 'SubAfter'])
    expect(sent).toMatchObject({
      ...common,
      type: 'Pub',
      regionId: 'DefaultRegion',
      groupName: 'shop',
      topic,
      tags: 'paid',
      bodyLength: 1,
      msgType: 'Normal_Msg',
      offsetMsgId: offsetMessageId,
      success: true,
      storeHost: expect.stringMatching(/^[\d.]+:\d+$/),
      clientHost: expect.stringMatching(/^[\d.]+:\d+$/),
    })
    expect(given).toMatchObject({ ...common, type: 'SubBefore', groupName: group, retryTimes: 0 })
    expect(ended).toMatchObject({
      ...common,
      type: 'SubAfter',
      groupName: group,
      success: true,
      contextCode: 0,
    })
    expect(ended).toMatchObject({ requestId: (given as { requestId: string }).requestId })
    expect(await tracesOf(key, ['Pub', 'SubBefore', 'SubAfter'])).toEqual([sent, given, ended])
  })

  it('failed deliveries, with the retry', async () => {
    const { client, topic, group, tracesOf } = await traced()
    const tries = [
      () => {
        throw new Error('the database is down')
      },
      () => {
        throw retryLater({ delayLevel: 1 })
      },
      () => undefined,
    ]
    const handle = () => tries.shift()!()
    await client.consumer({ group, subscribe: { [topic]: '*' }, startFrom: 'first', handle }).ready
    const { messageId } = await client.producer().send({ topic, body: 'x' })
    const traces = await tracesOf(messageId, ['Pub', ...repeated('SubBefore', 3), ...repeated('SubAfter', 3)])
    const given = traces.filter((trace) => trace.type === 'SubBefore')
    expect(given.map((trace) => trace.retryTimes)).toEqual([0, 1, 2])
    const ended = traces.filter((trace) => trace.type === 'SubAfter')
    expect(ended.map(({ success, contextCode }) => [success, contextCode])).toEqual([
      [false, 2],
      [false, 4],
      [true, 0],
    ])
  })

  it('deliveries in order, in batches, and by polls', async () => {
    const { client, topic, group, tracesOf } = await traced()
    const handled: string[] = []
    await client.consumer({
      group,
      subscribe: { [topic]: '*' },
      startFrom: 'first',
      ordered: true,
      batchSize: 10,
      handleBatch: (messages) => void handled.push(...messages.map((message) => message.text())),
    }).ready
    const receipt = await client
      .producer()
      .sendBatch(['a', 'b', 'c'].map((body) => ({ topic, body, key: body })))
    await using puller = client.pullConsumer({
      group: world.name('pulling'),
      subscribe: { [topic]: '*' },
      startFrom: 'first',
    })
    await eventually(async () => expect((await puller.poll()).length).toBeGreaterThan(0))
    await eventually(() => expect(handled).toEqual(['a', 'b', 'c']))
    const types = ['Pub', ...repeated('SubBefore', 2), ...repeated('SubAfter', 2)] as const
    for (const [i, messageId] of receipt.messageIds.entries()) {
      const [sent] = await tracesOf(messageId, types)
      expect(sent).toMatchObject({ keys: 'abc'[i], bodyLength: 1, offsetMsgId: receipt.offsetMessageIds[i] })
    }
  })

  it('transactions and their ends', async () => {
    const { client, topic, tracesOf } = await traced()
    const producer = client.transactionProducer({
      group: world.name('producers'),
      topics: [topic],
      check: async () => 'rollback',
    })
    await producer.ready
    const { messageId } = await producer.send({ topic, body: 'x', key: 'k' }, async () => 'commit')
    const [half, end] = await tracesOf(messageId, ['Pub', 'EndTransaction'])
    expect(half).toMatchObject({ msgType: 'Trans_Msg_Half', keys: 'k' })
    expect(end).toMatchObject({
      topic,
      keys: 'k',
      msgType: 'Trans_msg_Commit',
      transactionId: messageId,
      transactionState: 'COMMIT_MESSAGE',
      fromTransactionCheck: false,
      storeHost: (half as { storeHost: string }).storeHost,
    })
    const unknown = await producer.send({ topic, body: 'y' }, async () => 'unknown')
    const [, first, asked] = await tracesOf(unknown.messageId, ['Pub', 'EndTransaction', 'EndTransaction'])
    expect(first).toMatchObject({ transactionState: 'UNKNOW', fromTransactionCheck: false })
    expect(asked).toMatchObject({ transactionState: 'ROLLBACK_MESSAGE', fromTransactionCheck: true })
  })

  it('a request, and the reply', async () => {
    const { client, topic, group, tracesOf } = await traced()
    const service = client.producer({ group: 'service' })
    const handle = (request: Message) => service.reply(request, 'done')
    await client.consumer({ group, subscribe: { [topic]: '*' }, startFrom: 'first', handle }).ready
    const key = world.name('request')
    const reply = await client
      .producer({ group: 'asker' })
      .request({ topic, body: 'do', key }, { timeoutMs: 10_000 })
    const [sent] = await tracesOf(key, ['Pub', 'SubBefore', 'SubAfter'])
    expect(sent).toMatchObject({ groupName: 'asker', msgType: 'Normal_Msg', success: true })
    const [replied] = await tracesOf(reply.messageId, ['Pub'])
    expect(replied).toMatchObject({ groupName: 'service', topic: expect.stringMatching(/_REPLY_TOPIC$/) })
  })

  it('a recall', async () => {
    const { client, topic, tracesOf } = await traced()
    const producer = client.producer({ group: 'shop' })
    const { messageId, recallHandle } = await producer.send({ topic, body: 'x', deliverAfterMs: 60_000 })
    await producer.recall(topic, recallHandle!)
    const [sent, recalled] = await tracesOf(messageId, ['Pub', 'Recall'])
    expect(sent).toMatchObject({ msgType: 'Delay_Msg' })
    expect(recalled).toMatchObject({ topic, groupName: 'shop', regionId: 'DefaultRegion', success: true })
  })

  it('into a topic of its own, without tracing that one', async () => {
    const traceTopic = world.name('trace')
    const { client, topic, tracesOf } = await traced({ topic: traceTopic })
    await client.admin().topics.create(traceTopic, { queues: 1 })
    const { messageId } = await client.producer().send({ topic, body: 'x' })
    await tracesOf(messageId, ['Pub'])
    const own = await client.producer().send({ topic: traceTopic, body: 'no trace', key: 'own' })
    const later = await client.producer().send({ topic, body: 'y' })
    await tracesOf(later.messageId, ['Pub'])
    await tracesOf(own.messageId, [])
  })

  it('what waits when the client is closed', async () => {
    const { topic, tracesOf } = await traced()
    const client = await world.connect({ trace: { flushIntervalMs: 600_000, batchSize: 1000 } })
    const { messageId } = await client.producer().send({ topic, body: 'x' })
    await client.close()
    await tracesOf(messageId, ['Pub'])
  })

  it('nothing unless told to', async () => {
    const { topic, tracesOf, client } = await traced()
    const silent = await world.connect()
    const { messageId } = await silent.producer().send({ topic, body: 'x' })
    await silent.close()
    const { messageId: next } = await client.producer().send({ topic, body: 'y' })
    await tracesOf(next, ['Pub'])
    await tracesOf(messageId, [])
  })
}

function repeated<const Type>(type: Type, times: number): Type[] {
  return Array.from({ length: times }, () => type)
}

import { ResponseCode, reviveTopicOf } from '@rocketeer/protocol'
import { recallMessage } from '@rocketeer/protocol/commands'
import { SysFlag, tagsCodeOf } from '@rocketeer/protocol/record'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BrokerFixture } from '../testing/broker-fixture.js'
import { PopClient } from '../testing/pop-client.js'
import { countByKey, inWords, onlyRecord, recordsOf } from '../testing/stored-records.js'
import type { TestClient } from '../testing/test-client.js'
import { TestTransactions } from '../testing/test-transactions.js'

/** What stands in the topics that the broker keeps for itself, byte for byte as Apache's broker reads it. */

let broker: BrokerFixture
let client: TestClient

beforeEach(async () => {
  broker = await BrokerFixture.start()
  client = await broker.client()
  await client.send('orders')
})
afterEach(() => broker[Symbol.asyncDispose]())

describe('a popped message', () => {
  it('leaves a check point and an acknowledgement in the revive topic', async () => {
    await client.consume('readers', { orders: '*' })
    const popper = new PopClient((await broker.client()).connection)
    const { messages, fields } = await popper.pop('orders')
    await popper.ack(messages[0]!)
    const topic = reviveTopicOf(broker.parts.config.current.clusterName)
    const own = {
      topic,
      queueId: fields.reviveQid,
      flag: 0,
      sysFlag: 0,
      bornTimestamp: broker.clock.now(),
      bornHost: '127.0.0.1:0',
      storeHost: '127.0.0.1:0',
      reconsumeTimes: 0,
      preparedTransactionOffset: 0,
      body: expect.any(Buffer),
    }
    const found = await recordsOf(broker, topic, fields.reviveQid)
    const dueAt = fields.popTime + 10_000
    expect(found.map(inWords)).toEqual([
      {
        ...own,
        properties: `TAGS=ck UNIQ_KEY=orders@readers@0@0@${fields.popTime}@broker-a@ck TIMER_DELIVER_MS=${dueAt - 1000} `,
      },
      {
        ...own,
        properties: `TAGS=ack UNIQ_KEY=orders@0@0@readers@${fields.popTime}@broker-a@ack TIMER_DELIVER_MS=${dueAt} `,
      },
    ])
    const entries = await broker.parts.store.entries(topic, fields.reviveQid, 0, 2)
    expect(entries.map(({ tagsCode }) => tagsCode)).toEqual([tagsCodeOf('ck'), tagsCodeOf('ack')])
  })
})

describe('a timer message', () => {
  it('is delivered, and a message that recalls another waits like it', async () => {
    const deliverAt = broker.clock.now() + 60_000
    await client.send('orders', {
      queueId: 1,
      props: { TAGS: 'paid', KEYS: 'k', UNIQ_KEY: 'U2', TIMER_DELIVER_MS: String(deliverAt) },
      flag: 7,
    })
    const recalled = await client.send('orders', {
      queueId: 1,
      props: { UNIQ_KEY: 'U3', TIMER_DELIVER_MS: String(deliverAt) },
    })
    const { recallHandle = '' } = recalled.fields
    const fields = { producerGroup: 'callers', topic: 'orders', recallHandle }
    expect((await client.connection.request(recallMessage, fields)).code).toBe(ResponseCode.SUCCESS)
    const [, , cancellation] = await recordsOf(broker, 'rmq_sys_wheel_timer', 0)
    expect(inWords(cancellation!)).toEqual({
      topic: 'rmq_sys_wheel_timer',
      queueId: 0,
      flag: 0,
      sysFlag: 0,
      bornTimestamp: broker.clock.now(),
      bornHost: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      storeHost: broker.address,
      reconsumeTimes: 0,
      preparedTransactionOffset: 0,
      body: Buffer.from('0'),
      properties: expect.stringMatching(
        /^TAGS=_RECALL_TAG_ TIMER_DEL_UNIQKEY=(orders\+)?U3 UNIQ_KEY=U3 TIMER_DELIVER_MS=\d+ PGROUP=callers TIMER_OUT_MS=\d+ REAL_TOPIC=orders REAL_QID=0 $/,
      ),
    })
    const [waiting] = await recordsOf(broker, 'rmq_sys_wheel_timer', 0)
    await broker.clock.advance(61_000)
    const delivered = await onlyRecord(broker, 'orders', 1)
    expect(delivered).toEqual({
      ...inWords(waiting!),
      tagsCode: tagsCodeOf('paid'),
      topic: 'orders',
      queueId: 1,
      properties: expect.stringContaining(inWords(waiting!).properties),
    })
  })
})

describe('a transaction', () => {
  it('is a half message, its operation message, and the message that was committed', async () => {
    const producer = await TestTransactions.start(broker)
    const half = await producer.begin('orders', 'paid', {
      queueId: 1,
      flag: 7,
      props: { TAGS: 'paid', KEYS: 'k' },
    })
    const before = await onlyRecord(broker, 'RMQ_SYS_TRANS_HALF_TOPIC')
    expect((await producer.end(half, 'commit')).code).toBe(ResponseCode.SUCCESS)
    const committed = await onlyRecord(broker, 'orders', 1)
    expect(committed).toEqual({
      ...before,
      topic: 'orders',
      queueId: 1,
      sysFlag: SysFlag.TRANSACTION_COMMIT,
      preparedTransactionOffset: half.physicalOffset,
      properties: `PGROUP=payers UNIQ_KEY=${half.uniqueKey} TAGS=paid KEYS=k MSG_REGION=DefaultRegion TRACE_ON=true CLUSTER=DefaultCluster __transactionId__=${half.uniqueKey} `,
    })
    await expect.poll(() => countByKey(broker, 'orders', 'k')).toBe(1)
    await broker.clock.advance(60_000)
    expect(await onlyRecord(broker, 'RMQ_SYS_TRANS_OP_HALF_TOPIC')).toEqual({
      topic: 'RMQ_SYS_TRANS_OP_HALF_TOPIC',
      queueId: 0,
      flag: 0,
      sysFlag: 0,
      bornTimestamp: expect.any(Number),
      bornHost: broker.address,
      storeHost: broker.address,
      reconsumeTimes: 0,
      preparedTransactionOffset: 0,
      body: Buffer.from('0,'),
      properties: 'WAIT=true TAGS=d ',
      tagsCode: tagsCodeOf('d'),
    })
  })
})

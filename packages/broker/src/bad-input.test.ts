import { ResponseCode } from '@rocketeer/protocol'
import { BatchMessages } from '@rocketeer/protocol/bodies'
import {
  ackMessage,
  CheckClientRequestBody,
  checkClientConfig,
  endTransaction,
  invokeBrokerToResetOffset,
  recallMessage,
  sendBatchMessage,
  updateConsumerOffset,
} from '@rocketeer/protocol/commands'
import { encodeProperties } from '@rocketeer/protocol/record'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { BrokerFixture } from './testing/broker-fixture.js'
import { PopClient } from './testing/pop-client.js'
import type { TestClient } from './testing/test-client.js'
import { TestTransactions } from './testing/test-transactions.js'

const MANY_YEARS_MS = 3_000_000_000_000
const queue = { topic: 'orders', queueId: 0 }

let broker: BrokerFixture
let culprit: TestClient

beforeEach(async () => {
  broker = await BrokerFixture.start()
  culprit = await broker.client()
  await culprit.send('orders', { body: Buffer.from('first') })
  broker.parts.groups.find('culprits')
})

afterEach(() => broker[Symbol.asyncDispose]())

const sendBatch = (topic: string, properties: Record<string, string>, sysFlag = 0) =>
  culprit.connection.request(
    sendBatchMessage,
    {
      ...{ producerGroup: 'culprits', topic, defaultTopic: 'TBW102', defaultTopicQueueNums: 4 },
      ...{ queueId: 0, sysFlag, bornTimestamp: 0, flag: 0, batch: true },
    },
    BatchMessages.encode([{ flag: 0, body: Buffer.from('x'), properties: encodeProperties(properties) }]),
  )

const wrongExpression = () =>
  culprit.connection.request(
    checkClientConfig,
    {},
    CheckClientRequestBody.encode({
      clientId: 'culprit',
      group: 'culprits',
      subscriptionData: {
        ...{ classFilterMode: false, topic: 'orders', subString: "a = 1 AND\n  b > > 'x'", tagsSet: [] },
        ...{ codeSet: [], subVersion: 0, expressionType: 'SQL92' },
      },
    }),
  )

const reset = (fields: { queueId: number; offset?: number; timestamp: number }) =>
  culprit.connection.request(invokeBrokerToResetOffset, {
    ...{ group: 'culprits', topic: 'orders', isForce: true },
    ...fields,
  })

/** Bad requests, each with RocketMQ's response code and a part of the remark. */
const mistakes: Record<
  string,
  [() => Promise<{ code: number; remark: string | undefined }>, number, string]
> = {
  'a queue of another topic': [
    () => culprit.send('orders', { queueId: 99 }),
    ResponseCode.INVALID_PARAMETER,
    'queueId[99] is illegal',
  ],
  'a batch with a delay': [
    () => sendBatch('orders', { DELAY: '2' }),
    ResponseCode.MESSAGE_ILLEGAL,
    'message 0 of the batch has a delay level',
  ],
  'a batch in a transaction': [
    () => sendBatch('orders', {}, 4),
    ResponseCode.MESSAGE_ILLEGAL,
    'cannot be part of a transaction',
  ],
  'a batch to a retry topic': [
    () => sendBatch('%RETRY%culprits', {}),
    ResponseCode.MESSAGE_ILLEGAL,
    'does not support retry group',
  ],
  'a delay beyond the maximum': [
    () => culprit.send('orders', { props: { TIMER_DELAY_MS: String(MANY_YEARS_MS) } }),
    ResponseCode.MESSAGE_ILLEGAL,
    'should not be bigger than the max delay 259200000ms',
  ],
  'a delay that is no number': [
    () => culprit.send('orders', { props: { TIMER_DELAY_MS: '1e400' } }),
    ResponseCode.MESSAGE_ILLEGAL,
    'timer message illegal',
  ],
  'a wrong expression': [wrongExpression, ResponseCode.SUBSCRIPTION_PARSE_FAILED, 'line 2, column 7'],
  'a pull with a wrong expression': [
    () => culprit.pull('culprits', 'orders', 0, { tags: 'a >', expressionType: 'SQL92' }),
    ResponseCode.SUBSCRIPTION_PARSE_FAILED,
    'line 1',
  ],
  'an acknowledgement with a forged handle': [
    () =>
      culprit.connection.request(ackMessage, {
        ...{ consumerGroup: 'culprits', ...queue, offset: 0 },
        extraInfo: '0 1 60000 3 0 broker-a 0 0',
      }),
    ResponseCode.MESSAGE_ILLEGAL,
    'was not popped',
  ],
  'a commit of an unknown transaction': [
    () =>
      culprit.connection.request(endTransaction, {
        ...{ topic: 'orders', producerGroup: 'culprits', tranStateTableOffset: 3, commitLogOffset: 12_345 },
        ...{ commitOrRollback: 8, fromTransactionCheck: false, msgId: 'AB', transactionId: 'AB' },
      }),
    ResponseCode.SYSTEM_ERROR,
    'no half message at commitLogOffset 12345',
  ],
  'offsets behind the end': [
    () => reset({ queueId: 0, offset: 1000, timestamp: 0 }),
    ResponseCode.SYSTEM_ERROR,
    'Target offset 1000 not in consume queue range [0-1]',
  ],
  'a reset of a group that does not exist': [
    () =>
      culprit.connection.request(invokeBrokerToResetOffset, {
        ...{ group: 'nobody', topic: 'orders', queueId: -1, timestamp: 0, isForce: true },
      }),
    ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST,
    'Group nobody does not exist',
  ],
  'a commit for a group that does not exist': [
    () =>
      culprit.connection.request(updateConsumerOffset, {
        consumerGroup: 'nobody',
        ...queue,
        commitOffset: 1,
      }),
    ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST,
    'Group nobody not exist!',
  ],
  'a recall of no handle': [
    () => culprit.connection.request(recallMessage, { topic: 'orders', recallHandle: 'forged' }),
    ResponseCode.ILLEGAL_OPERATION,
    'handle',
  ],
}

it.each(Object.entries(mistakes))(
  'tells the client what is wrong: %s',
  async (_name, [make, code, reason]) => {
    const answer = await make()
    expect([answer.code, answer.remark]).toEqual([code, expect.stringContaining(reason)])
    expect(broker.parts.store.maxOffset('orders', 0)).toBe(1)
  },
)

// Apache's broker does the same; our client and command line refuse such a time themselves.
it('takes a reset to a future time for one to the end', async () => {
  const answer = await reset({ queueId: -1, timestamp: broker.clock.now() + MANY_YEARS_MS })
  expect(answer.code).toBe(ResponseCode.SUCCESS)
  expect(broker.parts.offsets.query({ group: 'culprits', topic: 'orders', queueId: 0 })).toBe(1)
})

it('goes on serving everybody else after bad requests', async () => {
  const honest = await broker.client()
  await honest.consume('readers', { orders: '*' })
  const popper = new PopClient(honest.connection, 'poppers')
  const payers = await TestTransactions.start(broker)
  const half = await payers.begin('payments', 'paid')
  const waiting = honest.pull('readers', 'orders', 1, { holdMs: 15_000 })
  await honest.send('orders', { queueId: 1, body: Buffer.from('level'), props: { DELAY: '1' } })
  await honest.send('orders', { queueId: 2, body: Buffer.from('timer'), props: { TIMER_DELAY_MS: '1500' } })
  await honest.send('popped', { body: Buffer.from('pop') })
  expect((await popper.pop('popped', { invisibleTime: 2000 })).messages).toHaveLength(1)

  for (const [make] of Object.values(mistakes)) await make()

  await broker.clock.advance(2000)
  const bodies = async (queueId: number) =>
    (await honest.pull('readers', 'orders', 0, { queueId })).messages.map(({ body }) => body.toString())
  await expect.poll(() => bodies(1)).toEqual(['level'])
  await expect.poll(() => bodies(2)).toEqual(['timer'])
  await honest.send('orders', { body: Buffer.from('second') })
  expect((await waiting).messages.map(({ body }) => body.toString())).toEqual(['second'])
  expect((await payers.end(half, 'commit')).code).toBe(ResponseCode.SUCCESS)
  const { messages: paid } = await honest.pull('tools', 'payments', 0, { queueId: half.queueId, tags: '*' })
  expect(paid.map(({ body }) => body.toString())).toEqual(['paid'])
  await broker.clock.advance(1000)
  const again = await popper.pop('popped', { pollTime: 1000 })
  expect(again.messages.map(({ body }) => body.toString())).toEqual(['pop'])
})

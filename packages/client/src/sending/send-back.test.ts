import { isRocketeerError, ManualClock } from '@rocketeer/foundation'
import { ResponseCode } from '@rocketeer/protocol'
import { consumerSendMsgBack, sendMessageV2 } from '@rocketeer/protocol/commands'
import { decodeProperties } from '@rocketeer/protocol/record'
import { beforeEach, describe, expect, it } from 'vitest'
import { clientErrors } from '../errors.js'
import { Problems } from '../problems.js'
import type { Brokers } from '../routing/brokers.js'
import type { RouteCache } from '../routing/route-cache.js'
import { madeMessage } from '../testing/made-message.js'
import { SendBack } from './send-back.js'

interface Call {
  brokerName: string
  command: string
  fields: Record<string, unknown>
  body: Buffer | undefined
}

/** The bits of a body packed with zlib. Apache: MessageSysFlag. */
const PACKED_WITH_ZLIB = 0x301
const TRANSACTION_COMMIT = 0x8

function refusal(brokerName: string) {
  return clientErrors.BROKER_REFUSED({
    ...{ command: 'sendMessageV2', brokerName, address: '127.0.0.1:10911' },
    ...{ answer: ResponseCode.MESSAGE_ILLEGAL, answerName: 'MESSAGE_ILLEGAL', remark: 'too long' },
  })
}

describe('a message sent back', () => {
  let calls: Call[]
  let problems: unknown[]
  let dead: Set<string>
  let refusing: boolean
  let keeping: Set<string>
  let sendBack: SendBack

  beforeEach(() => {
    calls = []
    problems = []
    dead = new Set()
    refusing = false
    keeping = new Set()
    const brokers = {
      call: async (
        brokerName: string,
        { name: command }: { name: string },
        fields: Call['fields'],
        { body }: { body?: Buffer },
      ) => {
        calls.push({ brokerName, command, fields, body })
        if (refusing) throw refusal(brokerName)
        if (dead.has(brokerName)) throw clientErrors.BROKER_UNKNOWN({ brokerName })
        return { code: ResponseCode.SUCCESS, fields: {} }
      },
    }
    const queues = ['broker-a', 'broker-b'].map((brokerName) => ({
      topic: '%RETRY%coupon',
      brokerName,
      queueId: 0,
    }))
    const routes = { cached: () => ({ writeQueues: queues }), refresh: async () => undefined }
    sendBack = new SendBack({
      config: { group: 'coupon', retriesMax: 5 },
      heartbeats: { keepsFailureHistory: (brokerName) => keeping.has(brokerName) },
      brokers: brokers as unknown as Brokers,
      routes: routes as unknown as RouteCache,
      clock: new ManualClock(0),
      random: () => 0,
      problems: new Problems(({ error }) => problems.push(error)),
    })
  })

  const message = () =>
    madeMessage({
      reconsumeTimes: 2,
      sysFlag: PACKED_WITH_ZLIB | TRANSACTION_COMMIT,
      flag: 7,
      body: Buffer.from('packed'),
      properties: { UNIQ_KEY: 'id', TAGS: 'paid', TRAN_MSG: 'true', own: 'x' },
    })

  it('goes to the broker that has it', async () => {
    expect(await sendBack.send(message(), 4)).toBe(true)
    expect(calls).toMatchObject([
      {
        brokerName: 'broker-a',
        command: consumerSendMsgBack.name,
        fields: { offset: 4096, delayLevel: 4, originTopic: 'orders', maxReconsumeTimes: 5 },
      },
    ])
  })

  it('goes as a new message to another broker when that one is dead', async () => {
    dead.add('broker-a')
    expect(await sendBack.send(message(), 0)).toBe(true)
    const sent = calls.at(-1)!
    expect(sent).toMatchObject({
      brokerName: 'broker-b',
      fields: {
        topic: '%RETRY%coupon',
        producerGroup: 'CLIENT_INNER_PRODUCER',
        reconsumeTimes: 3,
        maxReconsumeTimes: 5,
        sysFlag: PACKED_WITH_ZLIB,
        flag: 7,
      },
      body: Buffer.from('packed'),
    })
    expect(decodeProperties(sent.fields.properties as string)).toEqual({
      UNIQ_KEY: 'id',
      TAGS: 'paid',
      own: 'x',
      ORIGIN_MESSAGE_ID: message().offsetMessageId,
      RETRY_TOPIC: 'orders',
      DELAY: '5',
    })
    expect(problems).toHaveLength(1)
  })

  it('goes with its failed attempts to a broker that keeps them', async () => {
    keeping.add('broker-a')
    expect(await sendBack.send(message().withFailureHistory('{}'), 4)).toBe(true)
    expect(calls).toMatchObject([
      { brokerName: 'broker-a', command: consumerSendMsgBack.name, fields: { failureHistory: '{}' } },
    ])
  })

  it('goes with its failed attempts as a new message to a broker that would not keep them', async () => {
    expect(await sendBack.send(message().withFailureHistory('{}'), 4, 'why')).toBe(true)
    expect(calls).toHaveLength(1)
    expect(calls).toMatchObject([
      {
        brokerName: 'broker-a',
        command: sendMessageV2.name,
        fields: { topic: '%RETRY%coupon', reconsumeTimes: 3, maxReconsumeTimes: 5, bornTimestamp: 1 },
      },
    ])
    const properties = decodeProperties(calls[0]!.fields.properties as string)
    expect(properties).toMatchObject({ FAILURE_HISTORY: '{}', DELAY: '4', RETRY_TOPIC: 'orders' })
    expect(properties).not.toHaveProperty('DLQ_ORIGIN_TOPIC')
    expect(properties).not.toHaveProperty('DEAD_LETTER_REASON')
    await sendBack.send(message().withReconsumeTimes(5).withFailureHistory('{}'), 0)
    expect(decodeProperties(calls[1]!.fields.properties as string)).toMatchObject({
      DLQ_ORIGIN_TOPIC: 'orders',
      DLQ_ORIGIN_MESSAGE_ID: message().offsetMessageId,
    })
  })

  it('goes without them when that broker takes no new message for its own sake', async () => {
    refusing = true
    expect(await sendBack.send(message().withFailureHistory('{}'), 4)).toBe(false)
    const commands = [sendMessageV2, consumerSendMsgBack, sendMessageV2]
    expect(calls.map(({ command }) => command)).toEqual(commands.map(({ name }) => name))
  })

  it('as a dead letter is sent as a new one beyond its delivery limit', async () => {
    dead.add('broker-a')
    await sendBack.send(message(), -1)
    expect(calls.at(-1)!.fields).toMatchObject({ reconsumeTimes: 3, maxReconsumeTimes: 2 })
  })

  it('is given up when brokers refuse it for its own sake and its retries are used up', async () => {
    refusing = true
    expect(await sendBack.send(message(), 0)).toBe(false)
    const last = message().withReconsumeTimes(5)
    problems = []
    expect(await sendBack.send(last, 0)).toBe(true)
    expect(await sendBack.sendAsNew(last, { delayLevel: 0, retriesMax: 5 })).toBe(true)
    const codes = problems.map((problem) => isRocketeerError(problem) && problem.code)
    expect(codes.filter((code) => code === 'MESSAGE_GIVEN_UP')).toHaveLength(2)
    expect(await sendBack.send(message(), -1)).toBe(true)
  })

  it('is not sent back when no broker takes it', async () => {
    dead.add('broker-a').add('broker-b')
    expect(await sendBack.send(message(), 0)).toBe(false)
    expect(problems).toHaveLength(2)
  })

  it('keeps the id of the first send', async () => {
    const again = madeMessage({ properties: { UNIQ_KEY: 'new', ORIGIN_MESSAGE_ID: 'first' } })
    await sendBack.sendAsNew(again, { delayLevel: 0, retriesMax: undefined })
    expect(decodeProperties(calls[0]!.fields.properties as string).ORIGIN_MESSAGE_ID).toBe('first')
  })
})

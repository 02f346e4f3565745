import { ManualClock } from '@rocketeer/foundation'
import { ResponseCode } from '@rocketeer/protocol'
import { decodeProperties, encodeProperties } from '@rocketeer/protocol/record'
import type { Connection } from '@rocketeer/remoting'
import { beforeEach, describe, expect, it } from 'vitest'
import type { ProducerRegistry } from '../clients/producer-registry.js'
import { refusals } from '../errors.js'
import type { MessageSender } from './message-sender.js'
import { sendReplyHandler } from './send-reply.js'
import type { SendRequest, SentMessage } from './send-request.js'

const STORED = { msgId: 'ID', queueId: 0, queueOffset: 7 } as SentMessage

describe('a reply', () => {
  let pushed: { fields: Record<string, unknown>; body: Buffer }[]
  let answer: () => { code: number }
  let send: () => SentMessage

  beforeEach(() => {
    pushed = []
    answer = () => ({ code: ResponseCode.SUCCESS })
    send = () => STORED
  })

  function reply(properties: Record<string, string>) {
    const requester = {
      request: async (_command: unknown, fields: Record<string, unknown>, body: Buffer) => {
        pushed.push({ fields, body })
        return answer()
      },
    }
    const handler = sendReplyHandler({
      producers: {
        withClientId: (id: string) => (id === 'asker' ? { connection: requester } : undefined),
      } as unknown as ProducerRegistry,
      sender: { send: () => send() } as unknown as MessageSender,
      address: () => '10.0.0.1:10911',
      clock: new ManualClock(5),
    })
    const request: Partial<SendRequest> = {
      fields: {
        producerGroup: 'g',
        topic: 'DefaultCluster_REPLY_TOPIC',
        defaultTopic: 'TBW102',
        defaultTopicQueueNums: 4,
        queueId: 0,
        sysFlag: 0,
        bornTimestamp: 1,
        flag: 0,
        properties: encodeProperties(properties),
      } as SendRequest['fields'],
      body: Buffer.from('the answer'),
      connection: { remoteAddress: '10.0.0.2:5000' } as Connection,
    }
    return handler(request as Parameters<typeof handler>[0])
  }

  it('is pushed to the client that waits, and stored', async () => {
    expect(await reply({ REPLY_TO_CLIENT: 'asker', CORRELATION_ID: 'c' })).toEqual({
      code: ResponseCode.SUCCESS,
      fields: STORED,
    })
    expect(pushed).toMatchObject([
      {
        fields: { bornHost: '10.0.0.2:5000', storeHost: '10.0.0.1:10911', storeTimestamp: 5 },
        body: Buffer.from('the answer'),
      },
    ])
    expect(decodeProperties(pushed[0]!.fields.properties as string)).toEqual({
      REPLY_TO_CLIENT: 'asker',
      CORRELATION_ID: 'c',
      PUSH_REPLY_TIME: '5',
    })
  })

  it.each([
    ['names nobody', {}, 'reply message properties[REPLY_TO_CLIENT] is null'],
    ['is for a client that is gone', { REPLY_TO_CLIENT: 'gone' }, 'channel of <gone> not found'],
  ])('that %s is refused, but stored', async (_, properties, remark) => {
    const answered = await reply(properties as Record<string, string>)
    expect(answered).toMatchObject({ code: ResponseCode.SYSTEM_ERROR, fields: STORED })
    expect(answered.remark).toContain(remark)
  })

  it('that the client does not take, or cannot be brought to it, is refused', async () => {
    answer = () => ({ code: ResponseCode.SYSTEM_ERROR })
    expect(await reply({ REPLY_TO_CLIENT: 'asker' })).toMatchObject({ code: ResponseCode.SYSTEM_ERROR })
    answer = () => {
      throw new Error('the connection broke')
    }
    expect(await reply({ REPLY_TO_CLIENT: 'asker' })).toMatchObject({ code: ResponseCode.SYSTEM_ERROR })
  })

  it('that could not be stored was pushed all the same', async () => {
    send = () => {
      throw refusals.BROKER_BUSY({ requests: 1, bytes: 1 })
    }
    expect(await reply({ REPLY_TO_CLIENT: 'asker' })).toMatchObject({
      code: ResponseCode.SUCCESS,
      fields: { msgId: '0', queueOffset: 0 },
    })
  })
})

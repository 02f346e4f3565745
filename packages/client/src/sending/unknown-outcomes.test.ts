import { ResponseCode } from '@rocketeer/protocol'
import { eventually } from '@rocketeer/test-kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Client, connect } from '../index.js'
import { ScriptedCluster } from '../testing/scripted-cluster.js'

const message = { topic: 'orders', body: 'x' }

describe('a send', () => {
  let cluster: ScriptedCluster
  let client: Client

  beforeEach(async () => {
    cluster = await ScriptedCluster.start()
    cluster.addTopic('orders')
    client = await connect({ nameservers: cluster.nameserver })
  })
  afterEach(async () => {
    await client.close()
    await cluster[Symbol.asyncDispose]()
  })

  it('that a broker may have got says so, though it could not be reached again', async () => {
    const a = await cluster.addBroker('a')
    a.answer = 'silent'
    const sending = client.producer().send(message, { timeoutMs: 600 })
    const failed = expect(sending).rejects.toMatchObject({
      code: 'SEND_TIMEOUT',
      details: { sent: true },
      message: expect.stringMatching(/was closed.*cannot be reached.*may have been stored/s),
    })
    await eventually(() => a.sends === 1)
    cluster.addUnreachableBroker('a', '127.0.0.1:1')
    for (const connection of a.connections) connection.close(new Error('pulled the plug'))
    await failed
  })

  it.each([
    ['BROKER_BUSY', ResponseCode.SYSTEM_BUSY],
    ['BROKER_REFUSED', ResponseCode.MESSAGE_ILLEGAL],
  ])('whose earlier attempt may be stored says so when it ends with %s', async (code, answer) => {
    const a = await cluster.addBroker('a')
    a.answer = 'silent'
    const sending = client.producer({ sendRetriesMax: 1 }).send(message)
    const failed = expect(sending).rejects.toMatchObject({
      code,
      details: { sent: true, answer },
      message: expect.stringMatching(
        / The message may have been stored all the same: sending again can double it\.$/,
      ),
    })
    await eventually(() => a.sends === 1)
    a.answer = answer
    for (const connection of a.connections) connection.close(new Error('pulled the plug'))
    await failed
  })

  it('that a busy broker refused does not say that it may be stored', async () => {
    const a = await cluster.addBroker('a')
    a.answer = ResponseCode.SYSTEM_BUSY
    const error = await client
      .producer()
      .send(message)
      .catch((reason: Error) => reason)
    expect(error).toMatchObject({
      code: 'BROKER_BUSY',
      message: expect.not.stringContaining('may have been stored'),
    })
    expect(error).not.toHaveProperty('details.sent')
  })
})

import { ResponseCode } from '@rocketeer/protocol'
import { getTopicConfig } from '@rocketeer/protocol/commands'
import { route } from '@rocketeer/remoting'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Client, connect } from '../client.js'
import { ScriptedCluster } from '../testing/scripted-cluster.js'

describe('the brokers a change is for', () => {
  let cluster: ScriptedCluster
  let client: Client

  beforeEach(async () => {
    cluster = await ScriptedCluster.start()
    client = await connect({ nameservers: cluster.nameserver })
  })
  afterEach(async () => {
    await client.close()
    await cluster[Symbol.asyncDispose]()
  })

  const creating = (choice: object) => expect(client.admin().topics.create('orders', choice)).rejects

  it('are named when they are not there', async () => {
    await creating({}).toMatchObject({
      code: 'NO_BROKER',
      message: 'no nameserver lists a master: it is down, or was never registered there',
    })
    cluster.addUnreachableBroker('a', '127.0.0.1:1')
    await creating({ cluster: 'z' }).toMatchObject({
      code: 'NO_BROKER',
      message: expect.stringContaining('a master of a cluster "z":'),
    })
    await creating({ brokers: ['a', 'b'] }).toMatchObject({
      code: 'BROKER_UNKNOWN',
      details: { brokerName: 'b' },
    })
  })

  it('are named when they do not have the topic', async () => {
    await cluster.addBroker('a', [route(getTopicConfig, () => ({ code: ResponseCode.TOPIC_NOT_EXIST }))])
    cluster.addTopic('orders')
    await expect(client.admin().topics.update('orders', { queues: 4 })).rejects.toMatchObject({
      code: 'TOPIC_NOT_ON_BROKER',
      details: { topic: 'orders', brokerName: 'a' },
    })
  })
})

import { networkInterfaces } from 'node:os'
import { type Client, connect } from '@rocketeer/client'
import { startServer } from '@rocketeer/server'
import { expect, it } from 'vitest'
import { OwnCluster } from '../own-cluster.js'

const TOPIC = 'orders'

/** Sends to each queue; returns body by offset message id. */
async function sendToAll(client: Client): Promise<Map<string, string>> {
  const sent = new Map<string, string>()
  const producer = client.producer()
  for (const queue of await client.admin().topics.queues(TOPIC)) {
    const body = `${queue.brokerName} ${queue.queueId}`
    const { offsetMessageId } = await producer.send({ topic: TOPIC, body }, { queue })
    sent.set(offsetMessageId, body)
  }
  return sent
}

it('each is found where brokers advertise a host name, also after they come back on another port', async () => {
  await using cluster = await OwnCluster.start(['broker-a', 'broker-b'], { advertise: 'localhost' })
  const client = await cluster.connect()
  const { messages, topics } = client.admin()
  await topics.create(TOPIC, { queues: 2 })
  const sent = await sendToAll(client)
  expect(sent.size).toBe(4)
  for (const [id, body] of sent) expect((await messages.byId(id)).text()).toBe(body)
  const nowhere = [...sent.keys()][0]!.replace(/.{4}$/, 'FFFF')
  await expect(messages.byId(nowhere)).rejects.toMatchObject({ code: 'MESSAGE_NOT_FOUND' })

  await cluster.stopBroker('broker-a')
  const missing = [...sent].filter(([, body]) => body.startsWith('broker-a'))
  for (const [id] of missing)
    await expect(messages.byId(id)).rejects.toMatchObject({ code: 'MESSAGE_NOT_FOUND' })
  await cluster.startBroker('broker-a')
  for (const [id, body] of sent) expect((await messages.byId(id)).text()).toBe(body)
})

const hasIpv6 = Object.values(networkInterfaces()).some((each) =>
  each?.some(({ address }) => address === '::1'),
)

it('it is found where a short IPv6 address is advertised', async ({ skip }) => {
  skip(!hasIpv6, 'this machine has no IPv6')
  await using server = await startServer({ host: '::', advertisedHost: '::1' })
  await using client = await connect({ nameservers: [`127.0.0.1:${server.nameserver.port}`] })
  const { messages, topics } = client.admin()
  await topics.create(TOPIC, { queues: 1 })
  for (const [id, body] of await sendToAll(client)) {
    expect(id).toHaveLength(56)
    expect((await messages.byId(id)).text()).toBe(body)
  }
})

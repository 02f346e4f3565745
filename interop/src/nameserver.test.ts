import { expect, test } from 'vitest'
import { type PeerKind, startBroker, startNameserver } from './peers/peer.js'
import { ConsumerProgram, goPrograms, javaPrograms, send } from './programs/client-programs.js'

test.each<[PeerKind, PeerKind]>([
  ['ours', 'apache'],
  ['apache', 'ours'],
])('nameserver %s, broker %s: clients find their way', async (nameserverKind, brokerKind) => {
  await using nameserver = await startNameserver(nameserverKind)
  await using broker = await startBroker(brokerKind, { nameservers: [nameserver.address] })
  for (const client of [javaPrograms('JSON'), javaPrograms('ROCKETMQ'), goPrograms]) {
    const topic = `routed_${client.name.replace(/\W+/g, '_')}`
    const names = { nameservers: nameserver.address, group: `${topic}_group`, topic }
    const sent = await send(client, { ...names, count: 8, prefix: 'routed' })
    expect(sent).toHaveLength(8)
    expect(sent.every((line) => line.status === 'SEND_OK' && line.brokerName === 'broker-a')).toBe(true)
    await using consumer = await ConsumerProgram.start(client, names)
    expect(await consumer.received(8)).toHaveLength(8)
  }
  await broker.stop()
})

test('one nameserver of ours, a broker of each: a cluster of both', async () => {
  await using nameserver = await startNameserver('ours')
  const nameservers = [nameserver.address]
  await using apache = await startBroker('apache', { nameservers, brokerName: 'broker-apache' })
  await using ours = await startBroker('ours', { nameservers, brokerName: 'broker-ours' })
  const names = { nameservers: nameserver.address, group: 'both_group', topic: 'both' }
  const sent = await send(goPrograms, { ...names, count: 48, prefix: 'spread' })
  expect(new Set(sent.map((line) => line.status))).toEqual(new Set(['SEND_OK']))
  await using consumer = await ConsumerProgram.start(goPrograms, names)
  const received = await consumer.received(48)
  expect(new Set(received.map((message) => message.body)).size).toBe(48)
  expect(new Set(sent.map((line) => line.brokerName))).toEqual(new Set(['broker-apache', 'broker-ours']))
  await Promise.all([apache.stop(), ours.stop()])
})

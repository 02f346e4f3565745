import { type Client, type Consumer, connect } from '@rocketeer/client'
import { GetConsumerStatusBody, invokeBrokerToGetConsumerStatus } from '@rocketeer/protocol/commands'
import { RemotingClient } from '@rocketeer/remoting'
import { eventually } from '@rocketeer/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Peer, peerKinds } from './peers/peer.js'
import { ConsumerProgram, goPrograms } from './programs/client-programs.js'
import { JavaHost } from './programs/java-host.js'
import { openPush } from './programs/java-roles.js'
import { Mqadmin } from './programs/mqadmin.js'

const TAG = 'red'
const MESSAGES = 6

interface Place {
  nameservers: string
  topic: string
  group: string
}

/** A consumer of any client that counts the deliveries of a body. */
interface Watched extends AsyncDisposable {
  deliveriesOf(body: string): number
}

describe.each(peerKinds)("Apache's tools ask consumers, through %s", (kind) => {
  let peer: Peer
  let client: Client
  let java: JavaHost
  let admin: Mqadmin
  let nameservers: string
  const remoting = new RemotingClient()

  beforeAll(async () => {
    peer = await Peer.start(kind)
    nameservers = peer.nameserver.address
    client = await connect({ nameservers: [nameservers] })
    java = await JavaHost.start()
    admin = await Mqadmin.start()
  })
  afterAll(async () => {
    await admin?.[Symbol.asyncDispose]()
    await java?.kill()
    await client?.close()
    await remoting.close()
    await peer?.close()
  })

  const consumers: Record<string, (place: Place) => Promise<Watched>> = {
    'the Java client': async (place) => {
      const role = await openPush(java, { ...place, expression: TAG })
      return {
        deliveriesOf: (body) => role.of('message').filter((message) => message.body === body).length,
        [Symbol.asyncDispose]: () => role.close(),
      }
    },
    'the Go client': async (place) => {
      const program = await ConsumerProgram.start(goPrograms, { ...place, expression: TAG })
      return {
        deliveriesOf: (body) => program.messages.filter((message) => message.body === body).length,
        [Symbol.asyncDispose]: () => program.kill(),
      }
    },
    'our client': async ({ topic, group }) => {
      const bodies: string[] = []
      const consumer: Consumer = client.consumer({
        group,
        subscribe: { [topic]: TAG },
        startFrom: 'first',
        handle: (message) => {
          bodies.push(message.text())
        },
      })
      await consumer.ready
      return {
        deliveriesOf: (body) => bodies.filter((each) => each === body).length,
        [Symbol.asyncDispose]: () => consumer.close(),
      }
    },
  }

  it.each(Object.keys(consumers))('%s', async (name) => {
    const topic = `watched_${Object.keys(consumers).indexOf(name)}_${Date.now().toString(36)}`
    const place = { nameservers, topic, group: `${topic}_group` }
    await client.admin().topics.create(topic, { queues: 2 })
    const producer = client.producer()
    const sent = []
    for (let i = 0; i < MESSAGES; i++) sent.push(await producer.send({ topic, body: `m${i}`, tag: TAG }))
    await using consumer = await consumers[name]!(place)
    await eventually(() => consumer.deliveriesOf(`m${MESSAGES - 1}`) === 1, { withinMs: 30_000 })
    const clientId = await onlyMember(place.group)
    const mqadmin = (command: string, ...args: string[]) => admin.run(command, '-n', nameservers, ...args)

    const connection = await mqadmin('consumerConnection', '-g', place.group)
    expect(connection).toContain(clientId)
    expect(connection).toMatch(/CONSUME_PASSIVELY/)

    // The state of the consumer: its subscription, and each queue with its offsets.
    const running = ['-g', place.group, '-i', clientId]
    const information = await mqadmin('consumerStatus', ...running)
    expect(information).toMatch(new RegExp(`${topic}\\s.*${TAG}`))
    expect(information.match(new RegExp(`${topic}\\s+broker-a\\s+[01]\\s+3\\b`, 'g'))).toHaveLength(2)

    const direct = ['-t', topic, '-i', sent[0]!.offsetMessageId, '-g', place.group, '-d', clientId]
    expect(await mqadmin('queryMsgById', ...direct)).toMatch(/CR_SUCCESS|Success/i)
    await eventually(() => consumer.deliveriesOf('m0') === 2)

    // No command of mqadmin 5.5 asks for this any more, but Apache's admin client has it.
    const { body } = await remoting.request(
      peer.broker.address,
      invokeBrokerToGetConsumerStatus,
      { topic, group: place.group, clientAddr: clientId },
      undefined,
      { timeoutMs: 10_000 },
    )
    const offsets = GetConsumerStatusBody.decode(body).consumerTable.get(clientId)
    expect(offsets?.map(([, offset]) => offset)).toEqual([MESSAGES / 2, MESSAGES / 2])
  })

  async function onlyMember(group: string): Promise<string> {
    const connected = (await client.admin().groups.members(group))?.connectionSet ?? []
    expect(connected).toHaveLength(1)
    return connected[0]!.clientId!
  }

  it('stored messages are printed: by topic, by queue, by tag', async () => {
    const topic = `printed_${Date.now().toString(36)}`
    await client.admin().topics.create(topic, { queues: 2 })
    const producer = client.producer()
    for (let i = 0; i < 4; i++)
      await producer.send({ topic, body: `内容-${i}`, tag: i % 2 === 0 ? 'even' : 'odd' })
    const print = (command: string, ...args: string[]) =>
      admin.run(command, '-n', nameservers, '-t', topic, ...args)
    await eventually(async () => {
      const printed = await print('printMsg', '-d', 'true')
      for (let i = 0; i < 4; i++) expect(printed).toContain(`内容-${i}`)
    })
    const odd = await print('printMsg', '-d', 'true', '-s', 'odd')
    expect(odd).toContain('内容-3')
    expect(odd).not.toContain('内容-2')
    const queue = await print(
      'printMsgByQueue',
      '-a',
      'broker-a',
      '-i',
      '0',
      '-p',
      'true',
      '-d',
      'true',
      '-f',
      'true',
    )
    expect(queue).toMatch(/Tag: (even|odd)\s+Count: 2/)
    const consumed = await print(
      'consumeMessage',
      '-b',
      'broker-a',
      '-i',
      '1',
      '-o',
      '0',
      '-c',
      '1',
      '-g',
      'tools',
    )
    expect(consumed).toContain('Consume ok')
  })
})

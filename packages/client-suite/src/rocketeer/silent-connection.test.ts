import { type Client, type ClientOptions, connect } from '@rocketeer/client'
import { type Server, startServer } from '@rocketeer/server'
import { eventually, ForgetfulFirewall } from '@rocketeer/test-kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Handled } from '../handled.js'

const TOPIC = 'orders'
/** So that silence is noticed in two seconds, and a busy machine is not taken for it; the defaults are in docs/clusters.md. */
const HASTY = { requestTimeoutMs: 1_000, probeAfterMs: 500, probeTimeoutMs: 1_000 }

describe('connections that a firewall forgot', () => {
  let server: Server
  let toBroker: ForgetfulFirewall
  let toNameserver: ForgetfulFirewall
  let client: Client

  beforeEach(async () => {
    toBroker = await ForgetfulFirewall.start(() => server.broker)
    toNameserver = await ForgetfulFirewall.start(() => server.nameserver)
    server = await startServer({ advertise: toBroker.address })
    client = await clientOf()
    await using operator = await connect({ nameservers: server.nameservers })
    await operator.admin().topics.create(TOPIC, { queues: 2 })
  })
  afterEach(async () => {
    await client.close()
    await server.close()
    await toBroker[Symbol.asyncDispose]()
    await toNameserver[Symbol.asyncDispose]()
  })

  async function clientOf(options: Partial<ClientOptions> = {}): Promise<Client> {
    const made = await connect({ nameservers: toNameserver.address, ...HASTY, ...options })
    made.on('problem', () => {})
    return made
  }

  it.each([
    ['handles messages at the same time', { ordered: false }],
    ['handles messages in order', { ordered: true }],
    // What was popped on the dead connection comes back after this time.
    ['pops', { ordered: false, assignedBy: 'broker' as const, popInvisibleMs: 5_000 }],
  ])('are left by a consumer that %s', async (_, options) => {
    const group = 'readers'
    await client.admin().groups.create(group)
    await client.admin().groups.setRequestMode(group, TOPIC, { mode: 'POP' })
    const handled = new Handled()
    const subscribe = { [TOPIC]: '*' }
    const consumer = client.consumer({
      group,
      subscribe,
      startFrom: 'first',
      handle: handled.handle,
      ...options,
    })
    consumer.on('problem', () => {})
    await consumer.ready
    const { connections } = toBroker
    toBroker.forget()
    await using sender = await connect({ nameservers: server.nameservers })
    await sender.producer().send({ topic: TOPIC, body: 'after' })
    await handled.atLeast(['after'])
    expect(toBroker.connections).toBeGreaterThan(connections)
  })

  it('are left by a pull consumer', async () => {
    const consumer = client.pullConsumer({
      group: 'pullers',
      subscribe: { [TOPIC]: '*' },
      startFrom: 'first',
    })
    consumer.on('problem', () => {})
    await consumer.ready
    toBroker.forget()
    await using sender = await connect({ nameservers: server.nameservers })
    await sender.producer().send({ topic: TOPIC, body: 'after' })
    const [message] = await consumer.poll({ waitMs: 20_000 })
    expect(message?.text()).toBe('after')
  })

  it('are left by a producer, whose send says what happened meanwhile', async () => {
    const producer = client.producer({ sendTimeoutMs: 1_000 })
    await producer.send({ topic: TOPIC, body: 'before' })
    toBroker.forget()
    await expect(producer.send({ topic: TOPIC, body: 'into the dark' })).rejects.toMatchObject({
      code: 'SEND_TIMEOUT',
      retryable: true,
    })
    const sending = producer.send({ topic: TOPIC, body: 'given up' }, { timeoutMs: 15_000 })
    // It went out on the dead connection; when that was given up, it went again on a new one.
    expect((await sending).status).toBe('SEND_OK')
  })

  it('are left by the admin', async () => {
    const admin = client.admin()
    expect(await admin.topics.stats(TOPIC)).toHaveLength(2)
    toBroker.forget()
    await eventually(async () => expect(await admin.topics.stats(TOPIC)).toHaveLength(2))
  })

  it('are left by the link to the nameserver', async () => {
    const admin = client.admin()
    toNameserver.forget()
    await eventually(async () => expect(await admin.topics.list()).toContain(TOPIC))
  })

  it('are kept while a peer only takes long', async () => {
    const consumer = client.consumer({
      group: 'readers',
      subscribe: { [TOPIC]: '*' },
      pullWaitMs: 5_000,
      handle: () => {},
    })
    await consumer.ready
    const { connections } = toBroker
    await new Promise((resolve) => setTimeout(resolve, 2 * (HASTY.probeAfterMs + HASTY.probeTimeoutMs)))
    expect(toBroker.connections).toBe(connections)
  })
})

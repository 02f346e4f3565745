import { connect } from '@rocketeer/client'
import { startServer } from '@rocketeer/server'

// Run by process-held.test.ts in a process of its own: `node held-program.js <program> <nameservers>`.

const [program, nameservers = ''] = process.argv.slice(2)

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

const programs: Record<string, () => Promise<void>> = {
  /** Nothing but a client. */
  async connect() {
    const client = await connect({ nameservers })
    say('ready')
    process.once('SIGTERM', () => void client.close())
  },

  async consume() {
    const client = await connect({ nameservers })
    client.on('problem', () => {})
    const consumer = client.consumer({
      group: 'coupon',
      subscribe: { orders: '*' },
      startFrom: 'first',
      handle: (message) => say(`handled ${message.text()}`),
    })
    await consumer.ready
    say('ready')
    process.once('SIGTERM', () => void client.close())
  },

  async poll() {
    const client = await connect({ nameservers })
    client.on('problem', () => {})
    const consumer = client.pullConsumer({
      group: 'puller',
      subscribe: { orders: '*' },
      startFrom: 'first',
    })
    process.once('SIGTERM', () => void client.close())
    say('ready')
    for await (const message of consumer) say(`handled ${message.text()}`)
  },

  async send() {
    const client = await connect({ nameservers })
    await client.producer().send({ topic: 'orders', body: 'sent' })
    await client.close()
    say('closed')
  },

  /** Closes while everything that has a timer of its own waits for it. */
  async everything() {
    const server = await startServer()
    const client = await connect({ nameservers: server.nameservers, trace: true })
    client.on('problem', () => {})
    const admin = client.admin()
    await admin.topics.create('orders', { queues: 2 })
    await admin.groups.create('popper')
    await admin.groups.setRequestMode('popper', 'orders', { mode: 'POP' })
    const shared = { subscribe: { orders: '*' }, startFrom: 'first', closeTimeoutMs: 50 } as const
    const handled = new Map<string, (value: unknown) => void>()
    const calls = ['ordered', 'popper', 'slow', 'failing'].map(
      (group) => new Promise((resolve) => handled.set(group, resolve)),
    )
    const fail = (group: string) => () => {
      handled.get(group)!(undefined)
      throw new Error('not yet')
    }
    const consumers = [
      client.consumer({
        ...shared,
        group: 'ordered',
        ordered: true,
        suspendMs: 30_000,
        handle: fail('ordered'),
      }),
      client.consumer({ ...shared, group: 'popper', assignedBy: 'broker', handle: fail('popper') }),
      client.consumer({ ...shared, group: 'failing', handle: fail('failing') }),
      client.consumer({
        ...shared,
        group: 'slow',
        handle: () => {
          handled.get('slow')!(undefined)
          return new Promise(() => {})
        },
      }),
    ]
    await Promise.all(consumers.map(({ ready }) => ready))
    const producer = client.producer()
    await producer.send({ topic: 'orders', body: 'now' })
    await producer.send({ topic: 'orders', body: 'later', delayLevel: 16 })
    await producer.send({ topic: 'orders', body: 'timed', deliverAt: new Date(Date.now() + 60_000) })
    const transactions = client.transactionProducer({ group: 'payer', check: async () => 'unknown' })
    await transactions.send({ topic: 'orders', body: 'undecided' }, async () => 'unknown')
    await Promise.all(calls)
    await client.close()
    await server.close()
    say(`left ${process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length}`)
  },
}

await programs[program!]!()

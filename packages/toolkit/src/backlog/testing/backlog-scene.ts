import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Client, connect, type Message } from '@rocketeer/client'
import { Resources } from '@rocketeer/foundation'
import { type Server, startServer } from '@rocketeer/server'

export const TOPIC = 'orders'
export const GROUP = 'coupon'

/** A server with a topic of two queues, and a group that is behind in it. */
export class BacklogScene implements AsyncDisposable {
  readonly resources = new Resources()

  private constructor(
    readonly directory: string,
    readonly server: Server,
    readonly client: Client,
  ) {}

  static async start(): Promise<BacklogScene> {
    const directory = await mkdtemp(join(tmpdir(), 'rocketeer-backlog-'))
    const server = await startServer({ directory: join(directory, 'data'), brokerName: 'broker-a' })
    const client = await connect({ nameservers: server.nameservers })
    const scene = new BacklogScene(directory, server, client)
    scene.resources.defer(() => rm(directory, { recursive: true, force: true }))
    scene.resources.use(server)
    scene.resources.use(client)
    await client.admin().topics.create(TOPIC, { queues: 2 })
    await client.admin().groups.create(GROUP)
    return scene
  }

  /** Sends orders `from` … `to` − 1, each with one of ten keys, in the order of the key. */
  async send(from: number, to: number): Promise<void> {
    const producer = this.client.producer()
    for (let i = from; i < to; i++) {
      const key = `order-${i % 10}`
      const message = { topic: TOPIC, key, tag: 'paid', properties: { shop: 'north' }, body: `${i}` }
      await producer.send(
        message,
        i % 2 === 0 ? { orderKey: key } : { selector: (queues) => queues[((i % 10) >> 1) % 2]! },
      )
    }
    await producer.close()
  }

  /** Has the group begin at the first message. */
  async beginAtFirst(): Promise<void> {
    const { offsets, topics } = this.client.admin()
    for (const queue of await topics.queues(TOPIC)) await offsets.commit(GROUP, queue, 0)
  }

  /** Consumes a topic until `close`. */
  consume(topic: string, group = GROUP, handle: (message: Message) => void = () => {}) {
    return this.client.consumer({ group, subscribe: { [topic]: '*' }, startFrom: 'first', handle })
  }

  async lag(topic = TOPIC): Promise<number> {
    return (await this.client.admin().groups.progress(GROUP, topic)).lag
  }

  async committed(): Promise<(number | undefined)[]> {
    const { offsets, topics } = this.client.admin()
    return Promise.all((await topics.queues(TOPIC)).map((queue) => offsets.committed(GROUP, queue)))
  }

  /** Everything in a topic, queue by queue. */
  async read(topic: string): Promise<Message[]> {
    const found: Message[] = []
    for (const queue of await this.client.admin().topics.queues(topic)) {
      for (let next = 0; ; ) {
        const { messages, nextOffset } = await this.client.pull(queue, next)
        if (messages.length === 0) break
        found.push(...messages)
        next = nextOffset
      }
    }
    return found
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.resources.close()
  }
}

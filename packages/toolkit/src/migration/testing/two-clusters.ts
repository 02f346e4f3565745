import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Client, connect, type Message, type Producer } from '@rocketeer/client'
import { Resources } from '@rocketeer/foundation'
import { type Server, startServer } from '@rocketeer/server'
import type { Side } from '../clusters/clusters.js'

export const TOPIC = 'orders'
export const GROUP = 'coupon'

/** An old cluster with two queues of a topic, and a new one with three. */
export class TwoClusters implements AsyncDisposable {
  readonly resources = new Resources()

  private constructor(
    readonly directory: string,
    readonly servers: Record<Side, Server>,
    readonly from: Client,
    readonly to: Client,
    readonly producers: Readonly<Record<Side, Producer>>,
  ) {}

  static async start(): Promise<TwoClusters> {
    const directory = await mkdtemp(join(tmpdir(), 'rocketeer-migration-'))
    const start = (name: string) =>
      startServer({ directory: join(directory, name), brokerName: `broker-${name}` })
    const servers = { from: await start('old'), to: await start('new') }
    const from = await connect({ nameservers: servers.from.nameservers })
    const to = await connect({ nameservers: servers.to.nameservers })
    const sendTimeoutMs = 1_000
    const producers = { from: from.producer({ sendTimeoutMs }), to: to.producer({ sendTimeoutMs }) }
    const clusters = new TwoClusters(directory, servers, from, to, producers)
    const { resources } = clusters
    resources.defer(() => rm(directory, { recursive: true, force: true }))
    resources.defer(() => clusters.servers.from.close())
    resources.defer(() => clusters.servers.to.close())
    resources.use(from)
    resources.use(to)
    await from.admin().topics.create(TOPIC, { queues: 2 })
    await to.admin().topics.create(TOPIC, { queues: 3 })
    for (const client of [from, to]) await client.admin().groups.create(GROUP)
    return clusters
  }

  /** Everything in a topic of one side, queue by queue. */
  async read(side: Side, topic = TOPIC): Promise<Message[]> {
    const client = this[side]
    const found: Message[] = []
    for (const queue of await client.admin().topics.queues(topic)) {
      for (let next = 0; ; ) {
        const { messages, nextOffset } = await client.pull(queue, next)
        if (messages.length === 0) break
        found.push(...messages)
        next = nextOffset
      }
    }
    return found
  }

  /** Where the group is in each queue of one side. */
  async committed(side: Side): Promise<(number | undefined)[]> {
    const { offsets, topics } = this[side].admin()
    return Promise.all((await topics.queues(TOPIC)).map((queue) => offsets.committed(GROUP, queue)))
  }

  /** Sets the group on one side, queue by queue. */
  async commit(side: Side, offsets: readonly number[]): Promise<void> {
    const admin = this[side].admin()
    const queues = await admin.topics.queues(TOPIC)
    for (const [index, offset] of offsets.entries()) await admin.offsets.commit(GROUP, queues[index]!, offset)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.resources.close()
  }
}

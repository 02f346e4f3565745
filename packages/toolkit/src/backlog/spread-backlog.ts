import { type Client, type Consumer, type Message, type Producer, queueKey } from '@rocketeer/client'
import { formatCount, isRocketeerError, parseOptions, Rounds, z } from '@rocketeer/foundation'
import { toolkitErrors } from '../errors.js'
import { givenClient } from '../given.js'
import { Worker } from '../worker/worker.js'
import { forward } from './forwarded-messages.js'
import { checkNobodyConsumes, membersOf, positionsOf, type QueuePosition } from './group-in-topic.js'
import {
  type SpreadConfig,
  type SpreadOptions,
  spreadGroupOf,
  spreadSchema,
  wideTopicOf,
} from './spread-options.js'

/** What a spread would do. */
export interface SpreadPlan {
  readonly group: string
  readonly topic: string
  readonly to: string
  /** Messages to forward, of those there are now. */
  readonly messages: number
  /** Queues of the narrow topic. */
  readonly narrowQueues: number
  /** Queues of the wide topic, on all brokers together. */
  readonly wideQueues: number
  /** False when the wide topic has to be made. */
  readonly wideExists: boolean
  /** Forwarders that run already, which share the work. */
  readonly forwarders: number
}

/** How far a spread is. */
export interface SpreadStatus {
  /** By this process. */
  readonly forwarded: number
  /** Of the backlog at the start that is not forwarded yet, by any process; with `follow`, of all there is. */
  readonly left: number
}

const LOOK_INTERVAL_MS = 500
const BATCH_MESSAGES = 32
const MEMBERS_LOOK_INTERVAL_MS = 15_000

const instead = (to: string) => `Have them consume "${to}" instead, or stop them.`

/** What `spreadBacklog` would do; nothing is changed. Rejects as that does. */
export async function planSpread(client: Client, options: SpreadOptions): Promise<SpreadPlan> {
  givenClient(client, 'spreadBacklog')
  const config = parseOptions(spreadSchema, options, 'spreadBacklog')
  return (await prepared(client, config)).plan
}

/**
 * Forwards what a group has not consumed of a narrow topic to a wide one, whose queues can have more members. The group's
 * own offset in the narrow topic says how far it is, so a spread that ended early goes on where it was, and members that
 * come back to the narrow topic go on behind what was forwarded. A crash has some messages forwarded twice, and none
 * skipped. Rejects with `BACKLOG_GROUP_RUNNING` while members of the group consume the narrow topic, with
 * `BACKLOG_NOT_CONSUMED`, `SPREAD_INVALID`, `OPTION_INVALID`, or the client's errors.
 */
export async function spreadBacklog(client: Client, options: SpreadOptions): Promise<BacklogSpreader> {
  givenClient(client, 'spreadBacklog')
  const config = parseOptions(spreadSchema, options, 'spreadBacklog')
  const { plan, positions } = await prepared(client, config)
  const { group, topic, to } = config
  const { groups, offsets, topics } = client.admin()
  await checkNobodyConsumes({ client, group, topic }, instead(to))
  if (!plan.wideExists) {
    const brokers = [...new Set(positions.map(({ queue }) => queue.brokerName))]
    await topics.create(to, { brokers, queues: Math.ceil(config.queues / brokers.length) })
  }
  await beginAtFirst(client, group, to)
  const forwarders = spreadGroupOf(group)
  const known = await groups.list({ system: true })
  if (!known.some(({ groupName }) => groupName === forwarders)) await groups.create(forwarders)
  if (plan.forwarders === 0)
    for (const { queue, first, next } of positions) await offsets.commit(forwarders, queue, next ?? first)
  return new BacklogSpreader(client, config, positions)
}

/** Members that come later would begin behind what is forwarded by then, where the broker leaves that to them. */
async function beginAtFirst(client: Client, group: string, to: string): Promise<void> {
  const { offsets, topics } = client.admin()
  for (const queue of await topics.queues(to)) {
    const committed = await offsets.committed(group, queue)
    if (committed === undefined) await offsets.commit(group, queue, await offsets.min(queue))
  }
}

async function prepared(
  client: Client,
  { group, topic, to, queues }: SpreadConfig,
): Promise<{ plan: SpreadPlan; positions: QueuePosition[] }> {
  if (to === topic)
    throw toolkitErrors.SPREAD_INVALID({ topic, problem: 'the wide topic has to be another one' })
  const positions = await positionsOf({ client, group, topic })
  const wide = await queuesOf(client, to)
  const wideQueues = wide ?? queues
  if (wideQueues <= positions.length) {
    const problem = `"${to}" ${wide === undefined ? 'would have' : 'has'} ${formatCount(wideQueues, 'queue')}, and "${topic}" has ${positions.length}: it needs more`
    throw toolkitErrors.SPREAD_INVALID({ topic, problem })
  }
  const members = await membersOf(client, spreadGroupOf(group))
  const plan: SpreadPlan = {
    group,
    topic,
    to,
    messages: positions.reduce((sum, { first, next, end }) => sum + end - (next ?? first), 0),
    narrowQueues: positions.length,
    wideQueues,
    wideExists: wide !== undefined,
    forwarders: members?.connectionSet.length ?? 0,
  }
  return { plan, positions }
}

async function queuesOf(client: Client, topic: string): Promise<number | undefined> {
  try {
    return (await client.admin().topics.queues(topic)).length
  } catch (error) {
    if (isRocketeerError(error, 'NO_ROUTE')) return undefined
    throw error
  }
}

/** Forwards a backlog until it is closed; `spreadBacklog` makes one. */
export class BacklogSpreader extends Worker {
  /** Resolves when the backlog that there was at the start is forwarded; with `follow`, or when it is closed before, never. */
  readonly done: Promise<void>
  readonly #client: Client
  readonly #config: SpreadConfig
  readonly #producer: Producer
  readonly #consumer: Consumer
  readonly #positions: readonly QueuePosition[]
  /** By queue: the next message to forward, as far as this process has it from the broker or from itself. */
  readonly #next = new Map<string, number>()
  #forwarded = 0
  #membersDueAt: number
  #left: number
  #finish: () => void = () => {}

  /** @internal */
  constructor(client: Client, config: SpreadConfig, positions: readonly QueuePosition[]) {
    const { group, topic, to, clock } = config
    super(`the spreader (group "${group}", "${topic}" to "${to}")`, config.signal)
    this.#client = client
    this.#config = config
    this.#positions = positions
    this.#membersDueAt = clock.now() + MEMBERS_LOOK_INTERVAL_MS
    this.#left = positions.reduce((sum, { first, next, end }) => sum + end - (next ?? first), 0)
    this.done = new Promise((resolve) => {
      this.#finish = resolve
    })
    this.#producer = this.resources.use(
      client.producer({
        group: spreadGroupOf(group),
        messageBytesMax: 64 * 1024 * 1024,
        sendTimeoutMs: 10_000,
      }),
    )
    // In order: a queue belongs to one forwarder at a time, and a batch that failed comes before the next.
    this.#consumer = this.resources.use(
      client.consumer({
        group: spreadGroupOf(group),
        subscribe: { [topic]: '*' },
        startFrom: 'first',
        ordered: true,
        batchSize: BATCH_MESSAGES,
        concurrency: Math.min(64, Math.max(1, positions.length)),
        handleBatch: (messages) => this.#forward(messages),
      }),
    )
    this.#consumer.on('problem', (error) => this.report(error, { group, topic }))
    this.closeWith(this.#consumer)
    this.#consumer.on('queues', () => this.#next.clear())
    const looks = this.resources.use(
      new Rounds({
        clock,
        retryAfterMs: LOOK_INTERVAL_MS,
        round: () => this.#look(),
        onFailure: (error) => this.report(error, { group, topic }),
      }),
    )
    looks.start()
    looks.due(clock.now())
  }

  get status(): SpreadStatus {
    return { forwarded: this.#forwarded, left: this.#left }
  }

  async #forward(messages: readonly Message[]): Promise<void> {
    const { group } = this.#config
    const { offsets } = this.#client.admin()
    const { queue, queueOffset } = messages[0]!
    const key = queueKey(queue)
    // Where another forwarder was before, the group's offset knows more than that of the forwarders.
    if (this.#next.get(key) !== queueOffset)
      this.#next.set(key, (await offsets.committed(group, queue)) ?? queueOffset)
    const from = this.#next.get(key)!
    const left = messages.filter((message) => message.queueOffset >= from)
    if (left.length > 0) {
      await forward(this.#producer, left, this.#config)
      this.#forwarded += left.length
    }
    const next = Math.max(from, messages.at(-1)!.queueOffset + 1)
    if (next > from) await offsets.commit(group, queue, next)
    this.#next.set(key, next)
  }

  /** Who begins to consume the narrow topic meanwhile gets what is forwarded, too: nothing is lost, but all of it doubled. */
  async #watchMembers(): Promise<void> {
    const { group, topic, to, clock } = this.#config
    this.#membersDueAt = clock.now() + MEMBERS_LOOK_INTERVAL_MS
    await checkNobodyConsumes({ client: this.#client, group, topic }, instead(to)).catch((error) =>
      this.report(error, { group, topic }),
    )
  }

  async #look(): Promise<number> {
    const { group, follow, clock } = this.#config
    const { offsets } = this.#client.admin()
    if (clock.now() >= this.#membersDueAt) await this.#watchMembers()
    const left = await Promise.all(
      this.#positions.map(async ({ queue, first, end }) => {
        const [next, now] = await Promise.all([
          offsets.committed(group, queue),
          follow ? offsets.max(queue) : end,
        ])
        return Math.max(0, now - (next ?? first))
      }),
    )
    this.#left = left.reduce((sum, each) => sum + each, 0)
    if (this.#left === 0 && !follow) {
      this.#finish()
      return Number.POSITIVE_INFINITY
    }
    return clock.now() + LOOK_INTERVAL_MS
  }
}

/** What `gatherSpread` takes. */
export interface GatherOptions {
  group: string
  topic: string
  /** The wide topic; `<topic>_wide` by default. */
  to?: string | undefined
  /** True: checks only. Default false. */
  dryRun?: boolean | undefined
}

/** What `gatherSpread` found. */
export interface GatherOutcome {
  /** Messages that the group has yet to consume in the narrow topic, where it goes on. */
  readonly messages: number
}

const gatherSchema = z.strictObject({
  group: z.string(),
  topic: z.string(),
  to: z.string().optional(),
  dryRun: z.boolean().default(false),
}) satisfies z.ZodType<unknown, GatherOptions>

/**
 * Ends a spread: deletes the wide topic and the group of the forwarders. The group goes on in the narrow topic behind what
 * was forwarded. Rejects with `BACKLOG_GROUP_RUNNING` while a forwarder runs or a member consumes the wide topic, with
 * `BACKLOG_LEFT` while messages of the wide topic, or retries, are not consumed, and with `SPREAD_INVALID` when there is no
 * wide topic.
 */
export async function gatherSpread(client: Client, options: GatherOptions): Promise<GatherOutcome> {
  const {
    group,
    topic,
    to = wideTopicOf(options.topic),
    dryRun,
  } = parseOptions(gatherSchema, options, 'gatherSpread')
  const { groups, topics } = givenClient(client, 'gatherSpread').admin()
  const forwarders = spreadGroupOf(group)
  await checkNobodyConsumes({ client, group: forwarders, topic }, 'Stop the spread first.')
  const { lag, retries } = await groups.progress(group, to).catch((error: unknown) => {
    if (!isRocketeerError(error, 'NO_ROUTE') || error.details.topic !== to) throw error
    const problem = `there is no topic "${to}", so it was ended already, or it goes to another topic (to)`
    throw toolkitErrors.SPREAD_INVALID({ topic, problem }, error)
  })
  const left = Math.max(lag, retries.ready + retries.delayed)
  if (left > 0) throw toolkitErrors.BACKLOG_LEFT({ group, topic: to, messages: left })
  await checkNobodyConsumes({ client, group, topic: to }, `Have them consume "${topic}" again, or stop them.`)
  const positions = await positionsOf({ client, group, topic })
  if (!dryRun) {
    await topics.delete(to)
    await groups.delete(forwarders).catch((error) => {
      if (!isRocketeerError(error, 'GROUP_UNKNOWN')) throw error
    })
  }
  return { messages: positions.reduce((sum, { first, next, end }) => sum + end - (next ?? first), 0) }
}

import type { Client, GroupProgress, QueueProgress } from '@rocketeer/client'
import { queueKey } from '@rocketeer/client'
import { type Clock, option, parseOptions, systemClock, z } from '@rocketeer/foundation'
import { givenClient } from '../given.js'
import { adviceOn } from './backlog-advice.js'
import type { BacklogRates, GroupBacklog, QueueBacklogNow, TopicBacklog } from './group-backlog.js'

/** What `BacklogMeter` takes. */
export interface BacklogMeterOptions {
  group: string
  /** Left out: every topic the group consumes. */
  topic?: string | undefined
  /** Rates are those since the oldest look within this time, 60,000 ms. */
  windowMs?: number | undefined
  clock?: Clock | undefined
}

const schema = z.strictObject({
  group: z.string(),
  topic: z.string().optional(),
  windowMs: option.milliseconds().default(60_000),
  clock: option.clock().default(systemClock),
}) satisfies z.ZodType<unknown, BacklogMeterOptions>

/** How far the group was in each queue at one time. */
interface Look {
  readonly time: number
  readonly queues: ReadonlyMap<string, QueueProgress>
}

/**
 * Measures how far a group is behind, and by comparing looks how long it takes to catch up. Members commit what they have
 * consumed every 5 s (`persistOffsetIntervalMs`), so looks that lie closer together see jumps.
 */
export class BacklogMeter {
  readonly #client: Client
  readonly #config: Readonly<z.output<typeof schema>>
  readonly #looks: Look[] = []

  /** Throws `OPTION_INVALID`. */
  constructor(client: Client, options: BacklogMeterOptions) {
    this.#client = givenClient(client, 'BacklogMeter')
    this.#config = parseOptions(schema, options, 'BacklogMeter')
  }

  /** How it is now. Rejects with the client's error, such as `NO_ROUTE` for a topic there is not. */
  async look(): Promise<GroupBacklog> {
    const { group, topic, clock } = this.#config
    const { groups } = this.#client.admin()
    const [progress, members] = await Promise.all([groups.progress(group, topic), groups.members(group)])
    const queues = progress.queues.filter(({ queue }) => !isFailureTopic(queue.topic))
    const now = { time: clock.now(), queues: new Map(queues.map((each) => [queueKey(each.queue), each])) }
    const topics = await this.#topicsOf(queues, now)
    this.#remember(now)
    return this.#backlogOf(progress, members?.connectionSet.length ?? 0, topics)
  }

  #backlogOf(
    { group, retries, deadLetters, popped }: GroupProgress,
    members: number,
    topics: readonly TopicBacklog[],
  ): GroupBacklog {
    const backlog = { group, members, topics, retries, deadLetters, popped }
    return { ...backlog, advice: adviceOn(backlog) }
  }

  async #topicsOf(queues: readonly QueueProgress[], now: Look): Promise<TopicBacklog[]> {
    const names = [...new Set(queues.map(({ queue }) => queue.topic))]
    return Promise.all(
      names.map((name) =>
        this.#topicOf(
          name,
          queues.filter(({ queue }) => queue.topic === name),
          now,
        ),
      ),
    )
  }

  async #topicOf(topic: string, progress: readonly QueueProgress[], now: Look): Promise<TopicBacklog> {
    const { offsets } = this.#client.admin()
    let bytesAreExact = true
    const queues = await Promise.all(
      progress.map(async (each): Promise<QueueBacklogNow> => {
        const { queue, lag: messages, consumerOffset, brokerOffset } = each
        const { bytes, exact } = await offsets.bytes(queue, consumerOffset, brokerOffset)
        bytesAreExact &&= exact
        const rates = this.#ratesOf(each, now)
        return { queue, messages, bytes, rates, isStuck: messages > 0 && this.#stoodStill(each) }
      }),
    )
    const messages = sum(queues.map((each) => each.messages))
    const bytes = sum(queues.map((each) => each.bytes))
    const rates = sumOfRates(queues.map((each) => each.rates))
    const secondsToDrain = secondsToDrainOf(messages, rates)
    return { topic, messages, bytes, bytesAreExact, rates, secondsToDrain, queues }
  }

  #ratesOf({ queue, consumerOffset, brokerOffset }: QueueProgress, { time }: Look): BacklogRates | undefined {
    const oldest = this.#looks[0]
    const before = oldest?.queues.get(queueKey(queue))
    const seconds = (time - (oldest?.time ?? time)) / 1_000
    if (before === undefined || seconds <= 0) return undefined
    return {
      inPerSecond: Math.max(0, brokerOffset - before.brokerOffset) / seconds,
      // A reset moves a group back.
      outPerSecond: Math.max(0, consumerOffset - before.consumerOffset) / seconds,
    }
  }

  /** Whether the group had something to consume here at the oldest look already, and did not. */
  #stoodStill({ queue, consumerOffset }: QueueProgress): boolean {
    const before = this.#looks[0]?.queues.get(queueKey(queue))
    return before !== undefined && before.lag > 0 && before.consumerOffset === consumerOffset
  }

  #remember(look: Look): void {
    this.#looks.push(look)
    while (this.#looks.length > 1 && this.#looks[0]!.time < look.time - this.#config.windowMs)
      this.#looks.shift()
  }
}

function isFailureTopic(topic: string): boolean {
  return topic.startsWith('%RETRY%') || topic.startsWith('%DLQ%')
}

function secondsToDrainOf(messages: number, rates: BacklogRates | undefined): number | undefined {
  if (messages === 0) return 0
  if (rates === undefined) return undefined
  const perSecond = rates.outPerSecond - rates.inPerSecond
  return perSecond > 0 ? messages / perSecond : Number.POSITIVE_INFINITY
}

function sumOfRates(rates: readonly (BacklogRates | undefined)[]): BacklogRates | undefined {
  const known = rates.filter((each) => each !== undefined)
  if (known.length === 0) return undefined
  return {
    inPerSecond: sum(known.map(({ inPerSecond }) => inPerSecond)),
    outPerSecond: sum(known.map(({ outPerSecond }) => outPerSecond)),
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}

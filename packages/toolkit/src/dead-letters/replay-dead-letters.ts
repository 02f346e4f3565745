import type { Client, Message, MessageQueue } from '@rocketeer/client'
import { isRocketeerError, parseOptions, z } from '@rocketeer/foundation'
import { Pace } from './pace.js'

const functionOf = <Type>() => z.custom<Type>((value) => typeof value === 'function', 'a function is needed')

/** What `replayDeadLetters` takes. */
export interface ReplayOptions {
  /** The consumer group whose dead letters are given to it again. */
  group: string
  /** The most messages given per second, 100. */
  ratePerSecond?: number | undefined
  /** Leaves out messages for which it returns false; they count as looked at and do not come again, unless `keepRest`. */
  accept?: ((message: Message) => boolean) | undefined
  /**
   * True: messages that are not accepted stay for the next replay. That one begins at the first of them, so it may give
   * some messages again that were given now. False unless told.
   */
  keepRest?: boolean | undefined
  /** True: gives and remembers nothing, but counts, and calls `onReplayed` with what would be given. */
  dryRun?: boolean | undefined
  /** Called for each message that was given. */
  onReplayed?: ((message: Message) => void) | undefined
  /** Stops; the next replay goes on there. */
  signal?: AbortSignal | undefined
}

/** How many messages `replayDeadLetters` looked at. */
export interface ReplayOutcome {
  /** Given to the group again. */
  replayed: number
  /** Not accepted. */
  skipped: number
}

const schema = z.strictObject({
  group: z.string(),
  ratePerSecond: z.number().positive().max(1_000_000).default(100),
  accept: functionOf<(message: Message) => boolean>().optional(),
  keepRest: z.boolean().default(false),
  dryRun: z.boolean().default(false),
  onReplayed: functionOf<(message: Message) => void>().optional(),
  signal: z.instanceof(AbortSignal).optional(),
}) satisfies z.ZodType<unknown, ReplayOptions>

type ReplayConfig = Readonly<z.output<typeof schema>>

/** Where the dead letters of a group are. Apache: MixAll.getDLQTopic. */
export function deadLetterTopicOf(group: string): string {
  return `%DLQ%${group}`
}

const BATCH_MESSAGES_MAX = 32

/**
 * Gives the dead letters of a group to it again, from where the last replay stopped to the end, at a limited rate. The
 * group's own offset in its dead-letter topic remembers how far that is, so `consumerProgress` shows what is left.
 * Stopped in the middle it may give some messages twice, and never leaves one out: handlers must know doubles anyway.
 * Rejects with what the client says, after keeping its place.
 */
export async function replayDeadLetters(client: Client, options: ReplayOptions): Promise<ReplayOutcome> {
  const config = parseOptions(schema, options, 'replayDeadLetters')
  const outcome = { replayed: 0, skipped: 0 }
  const pace = new Pace(config.ratePerSecond)
  for (const queue of await deadLetterQueues(client, config.group)) {
    await replayQueue(client, queue, config, pace, outcome)
    if (config.signal?.aborted) break
  }
  return outcome
}

/** How many dead letters of a group are there, and how many of them no replay has looked at. */
export async function countDeadLetters(
  client: Client,
  group: string,
): Promise<{ total: number; left: number }> {
  const admin = client.admin()
  const count = { total: 0, left: 0 }
  for (const queue of await deadLetterQueues(client, group)) {
    const [min, max] = await Promise.all([admin.offsets.min(queue), admin.offsets.max(queue)])
    count.total += max - min
    count.left += max - (await startIn(client, group, queue))
  }
  return count
}

/** None when the group has no dead letters yet. */
async function deadLetterQueues(client: Client, group: string): Promise<MessageQueue[]> {
  const admin = client.admin()
  const topic = deadLetterTopicOf(group)
  try {
    // Each broker makes the topic with its first dead letter: only what the nameserver knows now is complete, and a
    // broker that joined since this client looked must be found, too.
    const [{ queueDatas }] = await Promise.all([admin.topics.route(topic), admin.brokers.list()])
    return queueDatas.flatMap(({ brokerName, readQueueNums }) =>
      Array.from({ length: readQueueNums }, (_, queueId) => ({ topic, brokerName, queueId })),
    )
  } catch (error) {
    if (isRocketeerError(error, 'NO_ROUTE')) return []
    throw error
  }
}

/** The offset at which the next replay begins. */
async function startIn(client: Client, group: string, queue: MessageQueue): Promise<number> {
  const admin = client.admin()
  const [committed, min] = await Promise.all([
    admin.offsets.committed(group, queue),
    admin.offsets.min(queue),
  ])
  return Math.max(committed ?? 0, min)
}

async function replayQueue(
  client: Client,
  queue: MessageQueue,
  config: ReplayConfig,
  pace: Pace,
  outcome: ReplayOutcome,
): Promise<void> {
  const admin = client.admin()
  const end = await admin.offsets.max(queue)
  let next = await startIn(client, config.group, queue)
  /** Where the next replay begins. */
  let place = next
  let restBegan = false
  while (next < end && !config.signal?.aborted) {
    const batch = await client.pull(queue, next, { messagesMax: Math.min(BATCH_MESSAGES_MAX, end - next) })
    try {
      for (const message of batch.messages) {
        if (config.signal?.aborted || message.queueOffset >= end) break
        const given = await replayMessage(client, message, config, pace, outcome)
        next = message.queueOffset + 1
        restBegan ||= !given && config.keepRest
        if (!restBegan) place = next
      }
    } finally {
      if (!config.dryRun) await admin.offsets.commit(config.group, queue, place)
    }
    if (batch.messages.length === 0) next = Math.max(batch.nextOffset, next + 1)
  }
}

/** False when it was left out. */
async function replayMessage(
  client: Client,
  message: Message,
  config: ReplayConfig,
  pace: Pace,
  outcome: ReplayOutcome,
): Promise<boolean> {
  if (config.accept && !config.accept(message)) {
    outcome.skipped++
    return false
  }
  if (!config.dryRun) {
    await pace.next()
    await client.admin().messages.redeliver(message, config.group)
  }
  outcome.replayed++
  config.onReplayed?.(message)
  return true
}

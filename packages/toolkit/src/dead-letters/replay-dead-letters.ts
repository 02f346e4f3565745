import type { Client, Message, MessageQueue, MessagesAdmin } from '@rocketeer/client'
import { isRocketeerError, parseOptions, z } from '@rocketeer/foundation'
import { givenClient } from '../given.js'
import { decisionAbout } from './decide-dead-letters.js'
import { decisionsOf, isAbout, type NotedDecision, noteDecisions } from './decision-notes.js'
import { Pace } from './pace.js'

const functionOf = <Type>() => z.custom<Type>((value) => typeof value === 'function', 'a function is needed')

/** Options of `replayDeadLetters`. */
export interface ReplayOptions {
  /** The consumer group that gets its dead letters again. */
  group: string
  /** Messages delivered per second at most, up to 1,000,000; default 100. */
  ratePerSecond?: number | undefined
  /** Skips messages for which it returns false. Later replays skip them, too, unless `keepRest` is set. */
  accept?: ((message: Message) => boolean) | undefined
  /**
   * True: messages that are not accepted stay for the next replay, which begins at the first of them and so may deliver
   * some messages again that this replay delivered. Default false.
   */
  keepRest?: boolean | undefined
  /** True: replays those that are parked by `decideDeadLetters`, instead of those that wait. Default false. */
  parked?: boolean | undefined
  /** True: delivers nothing and commits no offset, but counts messages and calls `onReplayed` as if. Default false. */
  dryRun?: boolean | undefined
  /** Called for each delivered message. An error it throws ends the replay. */
  onReplayed?: ((message: Message) => void) | undefined
  /** Aborting it stops the replay, which resolves; the next replay continues from there. */
  signal?: AbortSignal | undefined
}

/** How many messages `replayDeadLetters` went through. */
export interface ReplayOutcome {
  /** Messages delivered to the group again. */
  replayed: number
  /** Messages that were not accepted, and those that somebody has parked or dropped. */
  skipped: number
}

const schema = z.strictObject({
  group: z.string(),
  ratePerSecond: z.number().positive().max(1_000_000).default(100),
  accept: functionOf<(message: Message) => boolean>().optional(),
  keepRest: z.boolean().default(false),
  parked: z.boolean().default(false),
  dryRun: z.boolean().default(false),
  onReplayed: functionOf<(message: Message) => void>().optional(),
  signal: z.instanceof(AbortSignal).optional(),
}) satisfies z.ZodType<unknown, ReplayOptions>

type ReplayConfig = Readonly<z.output<typeof schema>>

/** The topic of a group's dead letters, `%DLQ%<group>`. Apache: MixAll.getDLQTopic. */
export function deadLetterTopicOf(group: string): string {
  return `%DLQ%${group}`
}

const BATCH_MESSAGES_MAX = 32

/**
 * Delivers the dead letters of a group to it again, and to no other group, from where the last replay stopped to the end
 * at the time of the call. The offset that the group commits in its dead-letter topic says how far replays got, so
 * `mqadmin consumerProgress` shows what is left. A replay that ends early may deliver some messages a second time later,
 * and never skips one: handlers have to recognise duplicates anyway. What `decideDeadLetters` parked or dropped is left
 * out, and passed by. Rejects with `OPTION_INVALID`, or with the client's
 * error after committing the offset it reached.
 */
export async function replayDeadLetters(client: Client, options: ReplayOptions): Promise<ReplayOutcome> {
  givenClient(client, 'replayDeadLetters')
  const config = parseOptions(schema, options, 'replayDeadLetters')
  const outcome = { replayed: 0, skipped: 0 }
  const { messages } = client.admin()
  const decisions = await decisionsOf(client, config.group)
  const pace = new Pace(config.ratePerSecond)
  const replay: Replay = { client, messages, config, pace, decisions, outcome }
  if (config.parked) {
    await replayParked(replay)
    return outcome
  }
  for (const queue of await deadLetterQueues(client, config.group)) {
    await replayQueue(replay, queue)
    if (config.signal?.aborted) break
  }
  return outcome
}

/** One call of `replayDeadLetters`. */
interface Replay {
  readonly client: Client
  /** One for the whole replay, since it asks for the group at its first message only. */
  readonly messages: MessagesAdmin
  readonly config: ReplayConfig
  readonly pace: Pace
  readonly decisions: ReadonlyMap<string, NotedDecision>
  readonly outcome: ReplayOutcome
}

/**
 * Counts the dead letters of a group that have not expired: `total` of all, `left` of those no replay went through yet.
 * Both are 0 for a group without dead letters. Rejects with the client's error.
 */
export async function countDeadLetters(
  client: Client,
  group: string,
): Promise<{ total: number; left: number }> {
  const { stored: total, messages: left } = await givenClient(client, 'countDeadLetters')
    .admin()
    .groups.deadLetters(group)
  return { total, left }
}

/** The queues of the dead-letter topic; none when the group has no dead letters yet. */
async function deadLetterQueues(client: Client, group: string): Promise<MessageQueue[]> {
  const admin = client.admin()
  const topic = deadLetterTopicOf(group)
  try {
    // Each broker creates the topic with its first dead letter, so a cached route may lack queues. Listing the brokers
    // lets the client find one that joined after its last look.
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

async function replayQueue(replay: Replay, queue: MessageQueue): Promise<void> {
  const { client, config } = replay
  const admin = client.admin()
  const end = await admin.offsets.max(queue)
  let next = await startIn(client, config.group, queue)
  /** Where the next replay begins. */
  let committed = next
  let restBegan = false
  while (next < end && !config.signal?.aborted) {
    const batch = await client.pull(queue, next, { messagesMax: Math.min(BATCH_MESSAGES_MAX, end - next) })
    try {
      for (const message of batch.messages) {
        if (config.signal?.aborted || message.queueOffset >= end) break
        const isDecided = isAbout(replay.decisions.get(message.messageId), message)
        if (isDecided) replay.outcome.skipped++
        const isDone = isDecided || (await replayMessage(replay, message))
        next = message.queueOffset + 1
        restBegan ||= !isDone && config.keepRest
        if (!restBegan) committed = next
      }
    } finally {
      if (!config.dryRun) await admin.offsets.commit(config.group, queue, committed)
    }
    if (batch.messages.length === 0) next = Math.max(batch.nextOffset, next + 1)
  }
}

/** Those that have expired, or died again since, are not meant any more. */
async function replayParked(replay: Replay): Promise<void> {
  const { client, config, decisions, messages, outcome } = replay
  for (const decision of decisions.values()) {
    if (decision.state !== 'parked') continue
    if (config.signal?.aborted) return
    const message = await messages.at(decision.queue, decision.queueOffset).catch((error: unknown) => {
      if (isRocketeerError(error, 'MESSAGE_NOT_FOUND')) return undefined
      throw error
    })
    if (message?.messageId !== decision.messageId) outcome.skipped++
    else if ((await replayMessage(replay, message)) && !config.dryRun)
      await noteDecisions(client, config.group, [decisionAbout(message, 'replayed', decision.reason)])
  }
}

/** Returns false for a message that is not accepted. */
async function replayMessage(
  { messages, config, pace, outcome }: Replay,
  message: Message,
): Promise<boolean> {
  if (config.accept && !config.accept(message)) {
    outcome.skipped++
    return false
  }
  if (!config.dryRun) {
    await pace.next()
    await messages.redeliver(message, config.group)
  }
  outcome.replayed++
  config.onReplayed?.(message)
  return true
}

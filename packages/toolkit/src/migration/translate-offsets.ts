import type { Client, Message, MessageQueue } from '@rocketeer/client'
import { isRocketeerError, option, parseOptions, z } from '@rocketeer/foundation'
import { toolkitErrors } from '../errors.js'
import { type Clusters, checkTwoClusters, clusterName, inCluster } from './clusters/clusters.js'
import { identityOf, type MatchBy } from './comparison/message-identity.js'
import { MessageTable } from './comparison/message-table.js'
import { messagesIn, type QueueRange, rangesOf, readRange, readRanges } from './comparison/topic-range.js'

/** What `translateOffsets` takes. */
export interface TranslateOptions {
  group: string
  /** Left out: every topic that the group consumes in the old cluster. */
  topics?: readonly string[] | undefined
  /** How far apart the clusters may have stored a message, and their clocks may be, 60,000 ms. */
  graceMs?: number | undefined
  /** As in `compareTopics`. */
  matchBy?: MatchBy | undefined
  /** How many messages that the group has consumed are looked at, 2,000,000; beyond them offsets are found by time alone. */
  entriesMax?: number | undefined
  /** True: says where the group would go on, and changes nothing. Default false. */
  dryRun?: boolean | undefined
  /** Aborting it ends the translation before any offset is set; it rejects with the reason. */
  signal?: AbortSignal | undefined
}

/** One queue of the new cluster. */
export interface TranslatedQueue {
  readonly queue: MessageQueue
  /** Where the group was in it; undefined when it has no offset. */
  readonly before: number | undefined
  /** Where it goes on. */
  readonly offset: number
  /** One more than the offset of the last message. */
  readonly end: number
}

/** One topic of a group. */
export interface TranslatedTopic {
  readonly topic: string
  readonly queues: readonly TranslatedQueue[]
  /** Messages that the group has not consumed in the old cluster. */
  readonly lag: number
  /** About how many messages that it has consumed come again. */
  readonly again: number
  /**
   * `id`: each message that is skipped was found among those that the group has consumed. `time`: there were too many of
   * them (`entriesMax`), so that offsets are those of the oldest message it has not consumed.
   */
  readonly by: 'id' | 'time'
  /**
   * True: the group has not consumed messages that are older than everything in the new cluster. They are only in the old
   * one: let the group go on there.
   */
  readonly beginsEarlier: boolean
}

/** What `translateOffsets` did, or would do. */
export interface TranslatedOffsets {
  readonly group: string
  readonly topics: readonly TranslatedTopic[]
}

const schema = z.strictObject({
  group: z.string(),
  topics: z.array(z.string()).min(1).optional(),
  graceMs: option.wait().default(60_000),
  matchBy: z.enum(['messageId', 'content']).default('messageId'),
  entriesMax: option.count().max(50_000_000).default(2_000_000),
  dryRun: z.boolean().default(false),
  signal: z.instanceof(AbortSignal).optional(),
}) satisfies z.ZodType<unknown, TranslateOptions>

type TranslateConfig = Readonly<z.output<typeof schema>>

/**
 * Sets a group in the new cluster to where it is in the old one: in each queue to the highest offset before which there
 * are only messages that it has consumed there. Which those are is found by time and confirmed message by message, so that
 * the numbers of queues, and what lies in which, may differ; a message that is not confirmed comes again. Retries and dead
 * letters stay in the old cluster. Swap the clusters for the way back. Rejects with `MIGRATION_SAME_CLUSTER`,
 * `MIGRATION_TOPIC_MISSING`, `MIGRATION_GROUP_MISSING`, `MIGRATION_NOTHING_CONSUMED`, `MIGRATION_GROUP_RUNNING` while
 * members consume in the new cluster, or the client's errors.
 */
export async function translateOffsets(
  clusters: Clusters,
  options: TranslateOptions,
): Promise<TranslatedOffsets> {
  const config = parseOptions(schema, options, 'translateOffsets')
  const { group } = config
  await checkTwoClusters(clusters)
  const topics: TranslatedTopic[] = []
  const consumed = config.topics ?? (await inCluster('from', () => consumedTopics(clusters.from, group)))
  if (consumed.length === 0) throw toolkitErrors.MIGRATION_NOTHING_CONSUMED({ group })
  for (const topic of consumed) {
    const translated = await translatedTopic(clusters, topic, config)
    topics.push(translated)
    if (config.dryRun) continue
    await inCluster('to', () => checkNoMembers(clusters.to, group, topic))
    config.signal?.throwIfAborted()
    const { offsets } = clusters.to.admin()
    for (const { queue, offset } of translated.queues) await offsets.commit(group, queue, offset)
  }
  return { group, topics }
}

async function consumedTopics(client: Client, group: string): Promise<string[]> {
  const { topics } = await client.admin().groups.lag(group)
  return topics.map(({ topic }) => topic)
}

async function checkNoMembers(client: Client, group: string, topic: string): Promise<void> {
  const members = await client.admin().groups.members(group)
  if (!members?.subscriptionTable.has(topic)) return
  const clientIds = [...members.connectionSet].map(({ clientId }) => clientId ?? 'unknown').sort()
  throw toolkitErrors.MIGRATION_GROUP_RUNNING({
    group,
    topic,
    cluster: clusterName('to'),
    members: clientIds,
  })
}

/** How far the group is in a queue of the old cluster. */
interface Consumed {
  readonly queue: MessageQueue
  readonly first: number
  /** The next one it consumes; `first` where it has never committed. */
  readonly next: number
  readonly end: number
}

async function translatedTopic(
  clusters: Clusters,
  topic: string,
  config: TranslateConfig,
): Promise<TranslatedTopic> {
  const before = Date.now()
  const consumed = await inCluster('from', () => consumedIn(clusters.from, config.group, topic))
  const oldest = await oldestLeft(clusters.from, consumed)
  const since = (oldest ?? before) - config.graceMs
  const ranges = await inCluster('to', () => rangesOf(clusters.to, topic, since))
  const known = await consumedSince(clusters.from, consumed, since - config.graceMs, config)
  const queues: TranslatedQueue[] = []
  for (const range of ranges) {
    const offset = known === undefined ? range.first : await firstUnknown(clusters.to, range, known, config)
    const { queue, end } = range
    queues.push({ queue, before: await committedIn(clusters.to, config.group, queue), offset, end })
  }
  const lag = consumed.reduce((sum, { next, end }) => sum + end - next, 0)
  const left = queues.reduce((sum, { offset, end }) => sum + end - offset, 0)
  return {
    topic,
    queues,
    lag,
    again: Math.max(0, left - lag),
    by: known === undefined ? 'time' : 'id',
    beginsEarlier: oldest !== undefined && (await beginsAfter(clusters.to, topic, oldest + config.graceMs)),
  }
}

async function consumedIn(client: Client, group: string, topic: string): Promise<Consumed[]> {
  const { offsets, topics } = client.admin()
  return Promise.all(
    (await topics.queues(topic)).map(async (queue) => {
      const committed = await offsets.committed(group, queue)
      const [first, end] = await Promise.all([offsets.min(queue), offsets.max(queue)])
      return { queue, first, next: Math.min(Math.max(committed ?? first, first), end), end }
    }),
  )
}

/** When the oldest message that the group has not consumed was stored; undefined when there is none. */
async function oldestLeft(client: Client, consumed: readonly Consumed[]): Promise<number | undefined> {
  const { messages } = client.admin()
  const times = await Promise.all(
    consumed
      .filter(({ next, end }) => next < end)
      .map(async ({ queue, next }) => (await messages.at(queue, next)).storeTimestamp),
  )
  return times.length === 0 ? undefined : Math.min(...times)
}

/** What the group has consumed that was stored at or after a time; undefined when that is too much. */
async function consumedSince(
  client: Client,
  consumed: readonly Consumed[],
  since: number,
  { entriesMax, matchBy, signal }: TranslateConfig,
): Promise<MessageTable | undefined> {
  const { offsets } = client.admin()
  const ranges = await Promise.all(
    consumed.map(async ({ queue, first, next }) => {
      const at = next > first ? await offsets.at(queue, Math.max(0, since)) : next
      return { queue, first: Math.min(Math.max(at, first), next), end: next }
    }),
  )
  const count = messagesIn(ranges)
  if (count > entriesMax) return undefined
  const table = new MessageTable(count)
  const each = (message: Message): undefined => {
    const identity = identityOf(message, matchBy)
    if (table.find(identity) !== undefined) return
    table.add(identity, { content: 0, queue: 0, offset: 0 })
  }
  await readRanges(client, ranges, { each, signal })
  return table
}

/** The offset of the first message in a range that is not known. */
async function firstUnknown(
  client: Client,
  range: QueueRange,
  known: MessageTable,
  { matchBy, signal }: TranslateConfig,
): Promise<number> {
  for await (const { messages } of readRange(client, range, signal)) {
    const unknown = messages.find((message) => known.find(identityOf(message, matchBy)) === undefined)
    if (unknown !== undefined) return unknown.queueOffset
  }
  return range.end
}

async function committedIn(client: Client, group: string, queue: MessageQueue): Promise<number | undefined> {
  try {
    return await client.admin().offsets.committed(group, queue)
  } catch (error) {
    if (isRocketeerError(error, 'GROUP_UNKNOWN')) return undefined
    throw error
  }
}

/** Whether everything in a topic was stored after a time. */
async function beginsAfter(client: Client, topic: string, time: number): Promise<boolean> {
  const { messages } = client.admin()
  const filled = (await rangesOf(client, topic, undefined)).filter(({ first, end }) => end > first)
  const firsts = await Promise.all(filled.map(({ queue, first }) => messages.at(queue, first)))
  return firsts.every(({ storeTimestamp }) => storeTimestamp > time)
}

import { type Client, type GroupLag, isRocketeerError } from '@rocketeer/client'
import { type Clock, formatCount, option, parseOptions, sleep, systemClock, z } from '@rocketeer/foundation'
import { type Clusters, checkTwoClusters, inCluster, type Side } from '../clusters/clusters.js'
import { compareTopics } from '../comparison/compare-topics.js'
import type { TopicComparison } from '../comparison/topic-comparison.js'
import { endsOf, hasOffsets } from '../reading/group-left.js'
import { topicShape } from './topic-shape.js'

/** What `migrationStatus` takes. */
export interface MigrationStatusOptions {
  topics: readonly string[]
  /** Left out: every group that consumes one of the topics in the old cluster. */
  groups?: readonly string[] | undefined
  /** Since when both clusters are written: a `Date` or milliseconds since the epoch; by default an hour ago. */
  since?: Date | number | undefined
  /** As in `compareTopics`, 10,000 ms. */
  graceMs?: number | undefined
  /** How long to measure how many messages come in, 2,000 ms. */
  sampleMs?: number | undefined
  onProgress?: ((progress: { done: number; total: number }) => void) | undefined
  /** Aborting it ends the look; it rejects with the reason. */
  signal?: AbortSignal | undefined
  clock?: Clock | undefined
}

/** A topic in both clusters. */
export interface TopicStatus {
  readonly topic: string
  /** Messages stored per second. */
  readonly perSecond: Readonly<Record<Side, number>>
  readonly comparison: TopicComparison
}

/** A group in both clusters. */
export interface GroupStatus {
  readonly group: string
  /** Undefined where there is no such group. */
  readonly from: GroupLag | undefined
  readonly to: GroupLag | undefined
  /** Topics in which it has no offset in the new cluster. */
  readonly withoutOffsets: readonly string[]
}

/** How far a migration is. */
export interface MigrationStatus {
  readonly topics: readonly TopicStatus[]
  readonly groups: readonly GroupStatus[]
  /** Whether consumers may end with the old cluster. */
  readonly isSafe: boolean
  /** Why not. */
  readonly reasons: readonly string[]
}

const HOUR_MS = 3_600_000

const schema = z.strictObject({
  topics: z.array(z.string()).min(1),
  groups: z.array(z.string()).optional(),
  since: option.time().transform(Number).optional(),
  graceMs: option.wait().default(10_000),
  sampleMs: option.milliseconds().default(2_000),
  onProgress: z
    .custom<(progress: { done: number; total: number }) => void>(
      (value) => typeof value === 'function',
      'a function is needed',
    )
    .optional(),
  signal: z.instanceof(AbortSignal).optional(),
  clock: option.clock().default(systemClock),
}) satisfies z.ZodType<unknown, MigrationStatusOptions>

type StatusConfig = Readonly<z.output<typeof schema>>

/**
 * Looks at both clusters: what comes in, how topics differ, how far groups are, and whether it is safe to cut over. Changes
 * nothing. Rejects as `compareTopics`.
 */
export async function migrationStatus(
  clusters: Clusters,
  options: MigrationStatusOptions,
): Promise<MigrationStatus> {
  const config = parseOptions(schema, options, 'migrationStatus')
  await checkTwoClusters(clusters)
  const rates = await ratesOf(clusters, config)
  const topics: TopicStatus[] = []
  for (const topic of config.topics) {
    const { graceMs, onProgress, signal, clock, since = clock.now() - HOUR_MS } = config
    const compared = { topic, since, graceMs, onProgress, signal, clock }
    topics.push({ topic, perSecond: rates.get(topic)!, comparison: await compareTopics(clusters, compared) })
  }
  const groups: GroupStatus[] = []
  for (const group of config.groups ?? (await groupsOf(clusters.from, config.topics)))
    groups.push(await groupStatus(clusters, group, config.topics))
  const reasons = [
    ...topics.flatMap(reasonsOfTopic),
    ...groups.flatMap(reasonsOfGroup),
    ...(await reasonsOfWaiting(clusters.from, config.topics)),
  ]
  return { topics, groups, isSafe: reasons.length === 0, reasons }
}

async function ratesOf(
  clusters: Clusters,
  { topics, sampleMs, clock, signal }: StatusConfig,
): Promise<Map<string, Record<Side, number>>> {
  const storedIn = async (side: Side, topic: string) => {
    await inCluster(side, async () => topicShape(clusters[side], topic))
    const ends = await inCluster(side, () => endsOf(clusters[side], [topic]))
    return [...ends.values()].reduce((sum, end) => sum + end, 0)
  }
  const look = () =>
    Promise.all(
      topics.map(async (topic) => ({ from: await storedIn('from', topic), to: await storedIn('to', topic) })),
    )
  const before = await look()
  const startedAt = clock.now()
  await sleep(clock, sampleMs, signal)
  const after = await look()
  const seconds = Math.max(1, clock.now() - startedAt) / 1_000
  return new Map(
    topics.map((topic, index) => [
      topic,
      {
        from: (after[index]!.from - before[index]!.from) / seconds,
        to: (after[index]!.to - before[index]!.to) / seconds,
      },
    ]),
  )
}

async function groupsOf(client: Client, topics: readonly string[]): Promise<string[]> {
  const groups = await Promise.all(topics.map((topic) => client.admin().groups.consuming(topic)))
  return [...new Set(groups.flat())].filter((group) => !group.endsWith('-shadow')).sort()
}

async function groupStatus(
  { from, to }: Clusters,
  group: string,
  topics: readonly string[],
): Promise<GroupStatus> {
  const [old, fresh] = await Promise.all([lagOf(from, group), lagOf(to, group)])
  const consumed = topics.filter((topic) => old?.topics.some((each) => each.topic === topic))
  const withoutOffsets: string[] = []
  for (const topic of consumed) if (!(await hasOffsets(to, group, topic))) withoutOffsets.push(topic)
  return { group, from: old, to: fresh, withoutOffsets }
}

async function lagOf(client: Client, group: string): Promise<GroupLag | undefined> {
  try {
    return await client.admin().groups.lag(group)
  } catch (error) {
    if (isRocketeerError(error, 'GROUP_UNKNOWN')) return undefined
    throw error
  }
}

function reasonsOfTopic({ topic, perSecond, comparison }: TopicStatus): string[] {
  const { missing, different, extra, outOfOrder } = comparison
  const reasons: string[] = []
  if (missing > 0)
    reasons.push(
      `"${topic}": ${formatCount(missing, 'message')} missing in the new cluster: copy what is missing`,
    )
  if (different + extra > 0)
    reasons.push(`"${topic}": ${different} different, ${extra} extra: does every producer write to both?`)
  if (outOfOrder > 0)
    reasons.push(`"${topic}": ${formatCount(outOfOrder, 'message')} out of order in the new cluster`)
  if (perSecond.from > 0 && perSecond.to === 0)
    reasons.push(`"${topic}": nothing comes in to the new cluster, while the old one is written`)
  return reasons
}

function reasonsOfGroup({ group, from, to, withoutOffsets }: GroupStatus): string[] {
  const reasons = withoutOffsets.map(
    (topic) => `"${group}" has no offsets in "${topic}" of the new cluster: translate them`,
  )
  if (to === undefined && withoutOffsets.length === 0) reasons.push(`the new cluster has no group "${group}"`)
  if (from === undefined) return reasons
  const { retries, deadLetters } = from
  const failed = retries.ready + retries.delayed
  if (failed > 0)
    reasons.push(`"${group}" has ${failed} retries in the old cluster: consume there until they are done`)
  if (deadLetters.messages > 0) {
    const letters = formatCount(deadLetters.messages, 'dead letter')
    reasons.push(`"${group}" has ${letters} in the old cluster: replay or drop them there`)
  }
  return reasons
}

async function reasonsOfWaiting(client: Client, topics: readonly string[]): Promise<string[]> {
  const { brokers } = client.admin()
  const names = new Set((await brokers.list()).map(({ brokerName }) => brokerName))
  const pending = (await Promise.all([...names].map((name) => brokers.pending(name)))).flat()
  const sum = (kinds: readonly string[]) =>
    pending
      .filter(
        ({ kind, topic, group }) =>
          kinds.includes(kind) && group === undefined && (topic === undefined || topics.includes(topic)),
      )
      .reduce((messages, each) => messages + each.messages, 0)
  const [delayed, half] = [sum(['time', 'delay level']), sum(['transaction'])]
  const reasons: string[] = []
  if (delayed > 0)
    reasons.push(
      `${formatCount(delayed, 'delayed message')} wait in the old cluster, perhaps of other topics`,
    )
  if (half > 0)
    reasons.push(
      `${formatCount(half, 'half message')} of the old cluster wait for the end of their transaction`,
    )
  return reasons
}

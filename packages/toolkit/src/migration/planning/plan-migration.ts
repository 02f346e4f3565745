import type {
  Client,
  GroupLag,
  GroupSettings,
  PendingMessages,
  SubscriptionGroupConfig,
} from '@rocketeer/client'
import { parseOptions, z } from '@rocketeer/foundation'
import { toolkitErrors } from '../../errors.js'
import { type Clusters, checkTwoClusters, clusterName } from '../clusters/clusters.js'
import { shadowGroupOf } from '../reading/double-read-options.js'
import { shapeDifferences, type TopicShape, topicShape } from './topic-shape.js'

/** What `planMigration` and `migrateTopics` take. */
export interface PlanOptions {
  /** Left out: all topics of the old cluster but RocketMQ's own. */
  topics?: readonly string[] | undefined
}

/** A topic of the old cluster. */
export interface TopicPlan {
  readonly topic: string
  readonly state: 'missing' | 'different' | 'same'
  readonly from: TopicShape
  readonly to: TopicShape | undefined
  /** Of `different`: `'queues'`, `'perm'`, `'type'`, `'order'`. */
  readonly differences: readonly string[]
}

/** A group of the old cluster. */
export interface GroupPlan {
  readonly group: string
  readonly state: 'missing' | 'different' | 'same'
  readonly from: GroupSettings
  readonly to: GroupSettings | undefined
  /** Of `different`: names of settings. */
  readonly differences: readonly string[]
  /** What it has not consumed in the old cluster, its retries and dead letters. */
  readonly lag: GroupLag
}

/** What there is in the old cluster, and how much of it the new one has. */
export interface MigrationPlan {
  readonly topics: readonly TopicPlan[]
  readonly groups: readonly GroupPlan[]
  /**
   * Messages of the old cluster that are in no topic yet: delayed ones, retries, half messages; and dead letters. Nothing
   * copies them: they are delivered in the old cluster.
   */
  readonly waiting: readonly PendingMessages[]
}

const schema = z.strictObject({ topics: z.array(z.string()).min(1).optional() }) satisfies z.ZodType<
  unknown,
  PlanOptions
>

/**
 * Compares topics and groups of two clusters, and says what will not carry over. Changes nothing. Rejects with
 * `MIGRATION_SAME_CLUSTER`, `MIGRATION_TOPIC_MISSING` for a topic that the old cluster does not have, or the client's errors.
 */
export async function planMigration(clusters: Clusters, options: PlanOptions = {}): Promise<MigrationPlan> {
  const { topics: wanted } = parseOptions(schema, options, 'planMigration')
  await checkTwoClusters(clusters)
  const { from } = clusters
  const names = wanted ?? (await from.admin().topics.list()).filter((topic) => !topic.startsWith('%'))
  const topics: TopicPlan[] = []
  for (const topic of names) topics.push(await topicPlan(clusters, topic))
  return { topics, groups: await groupPlans(clusters, wanted), waiting: await waitingIn(from, wanted) }
}

async function topicPlan(clusters: Clusters, topic: string): Promise<TopicPlan> {
  const [from, to] = await Promise.all([topicShape(clusters.from, topic), topicShape(clusters.to, topic)])
  if (from === undefined) throw toolkitErrors.MIGRATION_TOPIC_MISSING({ topic, cluster: clusterName('from') })
  if (to === undefined) return { topic, state: 'missing', from, to, differences: [] }
  const differences = shapeDifferences(from, to)
  return { topic, state: differences.length > 0 ? 'different' : 'same', from, to, differences }
}

/** The groups that consume the topics, or all of them. */
async function groupPlans(clusters: Clusters, topics: readonly string[] | undefined): Promise<GroupPlan[]> {
  const { from, to } = clusters
  const consuming =
    topics && new Set((await Promise.all(topics.map((topic) => from.admin().groups.consuming(topic)))).flat())
  const configs = (await from.admin().groups.list()).filter(
    ({ groupName }) => consuming === undefined || consuming.has(groupName),
  )
  const there = new Map((await to.admin().groups.list()).map((config) => [config.groupName, config]))
  const lags = await from.admin().groups.lags(configs.map(({ groupName }) => groupName))
  return configs.map((config) => {
    const group = config.groupName
    const lag = lags.find((each) => each.group === group)!
    const [settings, other] = [settingsOf(config), there.get(group)]
    if (other === undefined)
      return { group, state: 'missing', from: settings, to: undefined, differences: [], lag }
    const otherSettings = settingsOf(other)
    const differences = (Object.keys(settings) as (keyof GroupSettings)[]).filter(
      (name) => settings[name] !== otherSettings[name],
    )
    const state = differences.length > 0 ? 'different' : 'same'
    return { group, state, from: settings, to: otherSettings, differences, lag }
  })
}

function settingsOf(config: SubscriptionGroupConfig): GroupSettings {
  return {
    retriesMax: config.retryMaxTimes,
    retryQueues: config.retryQueueNums,
    allowConsuming: config.consumeEnable,
    allowBroadcasting: config.consumeBroadcastEnable,
    ordered: config.consumeMessageOrderly,
  }
}

async function waitingIn(client: Client, topics: readonly string[] | undefined): Promise<PendingMessages[]> {
  const { brokers } = client.admin()
  const names = new Set((await brokers.list()).map(({ brokerName }) => brokerName))
  const pending = await Promise.all([...names].map((name) => brokers.pending(name)))
  return pending
    .flat()
    .filter(({ topic }) => topics === undefined || topic === undefined || topics.includes(topic))
}

/** What `migrateTopics` takes. */
export interface MigrateTopicsOptions extends PlanOptions {
  /** True: the groups for shadows (`doubleRead`) as well, for brokers that create none by themselves. Default false. */
  shadowGroups?: boolean | undefined
  /** True: says what would be created and changed. Default false. */
  dryRun?: boolean | undefined
}

const migrateSchema = schema.extend({
  shadowGroups: z.boolean().default(false),
  dryRun: z.boolean().default(false),
}) satisfies z.ZodType<unknown, MigrateTopicsOptions>

/**
 * Creates what topics and groups of the old cluster the new one misses, and changes those that are different. A topic gets
 * at least as many queues as it has in the old cluster, the same on each broker. Resolves to the plan of before. Rejects as
 * `planMigration`. May be repeated.
 */
export async function migrateTopics(
  clusters: Clusters,
  options: MigrateTopicsOptions = {},
): Promise<MigrationPlan> {
  const { shadowGroups, dryRun, topics: wanted } = parseOptions(migrateSchema, options, 'migrateTopics')
  const plan = await planMigration(clusters, { topics: wanted })
  if (dryRun) return plan
  const { topics, groups, brokers } = clusters.to.admin()
  const masters = new Set((await brokers.list()).map(({ brokerName }) => brokerName)).size
  for (const { topic, state, from, to } of plan.topics) {
    if (state === 'same') continue
    const perBroker = (queues: number) => Math.ceil(queues / masters)
    await topics.create(topic, {
      readQueues: perBroker(Math.max(from.readQueues, to?.readQueues ?? 0)),
      writeQueues: perBroker(Math.max(from.writeQueues, to?.writeQueues ?? 0)),
      perm: from.perm,
      type: from.type,
      order: from.order,
    })
  }
  const known = new Set((await groups.list()).map(({ groupName }) => groupName))
  for (const { group, state, from } of plan.groups) {
    if (state === 'missing') await groups.create(group, from)
    else if (state === 'different') await groups.update(group, from)
    if (shadowGroups && !known.has(shadowGroupOf(group))) await groups.create(shadowGroupOf(group))
  }
  return plan
}

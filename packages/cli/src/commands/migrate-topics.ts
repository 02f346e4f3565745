import type { GroupPlan, MigrationPlan, TopicPlan } from '@rocketeer/toolkit/migration'
import type { Command } from 'commander'
import { addConfirmFlags, type ConfirmFlags, confirm } from '../confirm.js'
import { formatCount, formatPermission, printJson, printLine, printTable } from '../output.js'
import { green, red, type Text, yellow } from '../styled.js'
import { addTwoClustersFlags, type TwoClustersFlags, withClusters } from './migrate-clusters.js'

interface PlanFlags extends TwoClustersFlags {
  topic?: string[]
}

const topicFlag = (command: Command) =>
  command.option('--topic <topic...>', 'only these topics, and the groups that consume them')

export function addPlan(migrate: Command): void {
  topicFlag(
    addTwoClustersFlags(
      migrate
        .command('plan')
        .description(
          'which topics and groups the new cluster misses or has otherwise, and what stays behind',
        ),
    ),
  )
    .addHelpText(
      'after',
      `
Example:
  rocketeer migrate plan --from old:9876 --to new:9876 --topic order-paid order-refunded`,
    )
    .action((flags: PlanFlags) =>
      withClusters(flags, async (clusters) => {
        const { planMigration } = await import('@rocketeer/toolkit/migration')
        const plan = await planMigration(clusters, { topics: flags.topic })
        if (flags.json) printJson(plan)
        else printPlan(plan)
      }),
    )
}

interface TopicsFlags extends PlanFlags, ConfirmFlags {
  shadowGroups?: boolean
}

export function addTopics(migrate: Command): void {
  addConfirmFlags(
    topicFlag(
      addTwoClustersFlags(
        migrate
          .command('topics')
          .description(
            'create the topics and groups that the new cluster misses, and change those that differ',
          ),
      ),
    ),
  )
    .option('--shadow-groups', 'create the groups that read for shadows, too, where brokers create none')
    .addHelpText(
      'after',
      `
A topic gets at least as many queues as it has in the old cluster, the same on each broker. No topic is made smaller,
and nothing is deleted.

Examples:
  rocketeer migrate topics --from old:9876 --to new:9876 --dry-run
  rocketeer migrate topics --from old:9876 --to new:9876 --topic order-paid --yes`,
    )
    .action((flags: TopicsFlags) => withClusters(flags, (clusters) => migrateThem(clusters, flags)))
}

async function migrateThem(
  clusters: Parameters<Parameters<typeof withClusters>[1]>[0],
  flags: TopicsFlags,
): Promise<void> {
  const { migrateTopics } = await import('@rocketeer/toolkit/migration')
  const options = { topics: flags.topic, shadowGroups: flags.shadowGroups === true }
  const plan = await migrateTopics(clusters, { ...options, dryRun: true })
  const what = changesOf(plan)
  if (!flags.dryRun) {
    if (what !== '' || options.shadowGroups) await confirm(what || 'create groups for shadows', flags)
    await migrateTopics(clusters, options)
  }
  if (flags.json) {
    printJson(plan)
    return
  }
  if (flags.dryRun) printPlan(plan)
  if (what === '') printLine('The new cluster has all of it.')
  else printLine(flags.dryRun ? `This would ${what}.` : `Done: ${what}.`)
}

/** `create 3 topics and 2 groups, and change 1 topic and 0 groups`; empty when there is nothing to do. */
function changesOf({ topics, groups }: MigrationPlan): string {
  const parts = (['missing', 'different'] as const).flatMap((state) => {
    const verb = state === 'missing' ? 'create' : 'change'
    const of = (plans: readonly { state: string }[]) => plans.filter((plan) => plan.state === state).length
    const counts = [
      of(topics) > 0 ? formatCount(of(topics), 'topic') : '',
      of(groups) > 0 ? formatCount(of(groups), 'group') : '',
    ].filter(Boolean)
    return counts.length === 0 ? [] : [`${verb} ${counts.join(' and ')}`]
  })
  return parts.join(', and ')
}

function printPlan({ topics, groups, waiting }: MigrationPlan): void {
  printTable(
    ['topic', 'queues', 'permission', 'type', 'new cluster'],
    topics.map(topicRow),
    'The old cluster has no topics.',
  )
  printLine()
  printTable(
    ['group', 'lag', 'retries', 'dead letters', 'new cluster'],
    groups.map(groupRow),
    'The old cluster has no groups.',
  )
  if (waiting.length === 0) return
  printLine()
  printLine('What waits in the old cluster is delivered there, and nowhere else:')
  printTable(
    ['broker', 'waits for', 'topic or group', 'messages'],
    waiting.map(({ brokerName, kind, topic, group, messages }) => [
      brokerName,
      kind,
      topic ?? group ?? '',
      messages,
    ]),
    '',
  )
}

function topicRow({ topic, state, from, differences }: TopicPlan): Text[] {
  const { writeQueues, perm, type, order } = from
  return [
    topic,
    writeQueues,
    formatPermission(perm),
    `${type ?? ''}${order ? ' in order' : ''}`,
    stateText(state, differences),
  ]
}

function groupRow({ group, state, differences, lag }: GroupPlan): Text[] {
  const { retries, deadLetters } = lag
  const letters = deadLetters.messages
  return [
    group,
    lag.lag,
    retries.ready + retries.delayed,
    letters > 0 ? red(letters) : letters,
    stateText(state, differences),
  ]
}

function stateText(state: 'missing' | 'different' | 'same', differences: readonly string[]): Text {
  if (state === 'same') return green('the same')
  return state === 'missing' ? yellow('missing') : yellow(`different: ${differences.join(', ')}`)
}

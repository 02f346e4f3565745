import type { Client, TopicLag } from '@rocketeer/client'
import { messageOf } from '@rocketeer/foundation'
import type { Command } from 'commander'
import { printJson, printTable, warn } from '../output.js'
import { addClusterFlags, type ClusterFlags, withClient } from '../session.js'
import { knownGroup } from './group-known.js'

export function addLag(group: Command): void {
  addClusterFlags(
    group.command('lag').description('how far groups are behind, by topic, the largest lag first'),
  )
    .argument('[groups...]', 'default: all groups')
    .addHelpText(
      'after',
      `
Examples:
  rocketeer group lag
  rocketeer group lag billing audit --json | jq '.[] | select(.lag > 1000)'`,
    )
    .action((names: string[], flags: ClusterFlags) =>
      withClient(flags, (client) => lag(client, names, flags)),
    )
}

async function lag(client: Client, asked: readonly string[], flags: ClusterFlags): Promise<void> {
  for (const name of asked) await knownGroup(client, name)
  const names =
    asked.length > 0 ? asked : (await client.admin().groups.list()).map(({ groupName }) => groupName)
  const lags: TopicLag[] = []
  for (const name of names) {
    try {
      lags.push(...(await client.admin().groups.lag(name)))
    } catch (error) {
      warn(name, messageOf(error))
    }
  }
  lags.sort((a, b) => b.lag - a.lag || a.group.localeCompare(b.group))
  if (flags.json) {
    printJson(lags)
    return
  }
  const rows = lags.map(({ group, topic, queues, lag, lagMax, members }) => [
    group,
    topic,
    queues,
    lag,
    lagMax,
    members,
  ])
  printTable(
    ['group', 'topic', 'queues', 'lag', 'most in a queue', 'members'],
    rows,
    'No group has consumed anything yet.',
  )
}

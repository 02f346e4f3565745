import type { Client, GroupLag } from '@rocketeer/client'
import { messageOf } from '@rocketeer/foundation'
import type { Command } from 'commander'
import { warnOfMissing } from '../failure.js'
import { printJson, printTable } from '../output.js'
import { addClusterFlags, type ClusterFlags, withClient } from '../session.js'
import { knownGroup } from './group-known.js'

export function addLag(group: Command): void {
  addClusterFlags(
    group
      .command('lag')
      .description('how far groups are behind, with retries and dead letters, the largest lag first'),
  )
    .argument('[groups...]', 'default: all groups')
    .addHelpText(
      'after',
      `
A group is behind by what waits in the queues of its topics, by its retries, whether due or not, and by what is popped
and not acknowledged.

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
  const lags = await client.admin().groups.lags(asked.length > 0 ? asked : undefined, (name, error) => {
    warnOfMissing(name, messageOf(error))
  })
  if (flags.json) {
    printJson(lags)
    return
  }
  printTable(
    ['group', 'behind', 'topic', 'queues', 'lag', 'most in a queue', 'retries', 'dead letters', 'members'],
    lags.flatMap(rowsOf),
    'No group has consumed anything yet.',
  )
}

/** A row for each topic; what the topics of a group share stands in the first. */
function rowsOf({ group, lag, members, topics, retries, deadLetters }: GroupLag) {
  const atLeast = (count: number) => (retries.partial ? `≥ ${count}` : count)
  const ofGroup = [atLeast(retries.ready + retries.delayed), deadLetters.messages, members]
  const failed = retries.ready + retries.delayed + deadLetters.messages
  const [first, ...others] = topics
  if (first === undefined) return failed === 0 ? [] : [[group, atLeast(lag), '', '', '', '', ...ofGroup]]
  return [
    [group, atLeast(lag), first.topic, first.queues, first.lag, first.lagMax, ...ofGroup],
    ...others.map(({ topic, queues, lag, lagMax }) => ['', '', topic, queues, lag, lagMax, '', '', '']),
  ]
}

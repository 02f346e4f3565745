import type { Client, GroupLag } from '@rocketeer/client'
import { messageOf } from '@rocketeer/foundation'
import type { Command } from 'commander'
import { formatCount } from '../output.js'
import { addClusterFlags, withClient } from '../session.js'
import { dim, type Styled } from '../styled.js'
import { tableLines } from '../table.js'
import { addWatchFlags, showView, type WatchFlags } from '../view.js'
import { knownGroup } from './group-known.js'

export function addLag(group: Command): void {
  addWatchFlags(
    addClusterFlags(
      group
        .command('lag')
        .description('how far groups are behind, with retries and dead letters, the largest lag first'),
    ),
  )
    .argument('[groups...]', 'default: all groups')
    .addHelpText(
      'after',
      `
A group is behind by what waits in the queues of its topics, by its retries, whether due or not, and by what is popped
and not acknowledged.

Examples:
  rocketeer group lag
  rocketeer group lag billing --watch --interval 5s
  rocketeer group lag billing audit --json | jq '.[] | select(.lag > 1000)'`,
    )
    .action((names: string[], flags: WatchFlags) => withClient(flags, (client) => lag(client, names, flags)))
}

async function lag(client: Client, asked: readonly string[], flags: WatchFlags): Promise<void> {
  for (const name of asked) await knownGroup(client, name)
  await showView(flags, async () => {
    const problems: { about: string; message: string }[] = []
    const { groups } = client.admin()
    const lags = await groups.lags(asked.length > 0 ? asked : undefined, (about, error) => {
      problems.push({ about, message: messageOf(error) })
    })
    return { json: lags, lines: (columns) => linesOf(lags, columns), line: lineOf(lags), problems }
  })
}

function linesOf(lags: readonly GroupLag[], columns: number | undefined): Styled[] {
  const rows = lags.flatMap(rowsOf)
  return rows.length > 0 ? tableLines(HEADINGS, rows, { columns }) : [dim(NOTHING)]
}

/** Such as `billing 12 behind (3 retries, 1 dead letter), audit 0 behind`. */
function lineOf(lags: readonly GroupLag[]): string {
  return lags.map(lagText).join(', ') || NOTHING
}

function lagText({ group, lag, retries, deadLetters }: GroupLag): string {
  const again = retries.ready + retries.delayed
  const failed = [
    again > 0 && `${again} ${again === 1 ? 'retry' : 'retries'}`,
    deadLetters.messages > 0 && formatCount(deadLetters.messages, 'dead letter'),
  ].filter((text) => text !== false)
  const least = retries.partial ? 'at least ' : ''
  return `${group} ${least}${lag} behind${failed.length === 0 ? '' : ` (${failed.join(', ')})`}`
}

const NOTHING = 'No group has consumed anything yet.'

const HEADINGS = [
  'group',
  'behind',
  'topic',
  'queues',
  'lag',
  'most in a queue',
  'retries',
  'dead letters',
  'members',
]

/** A row for each topic, with its group, so that `grep` finds it; what the topics of a group share stands in the first. */
function rowsOf({ group, lag, members, topics, retries, deadLetters }: GroupLag) {
  const atLeast = (count: number) => (retries.partial ? `≥ ${count}` : count)
  const ofGroup = [atLeast(retries.ready + retries.delayed), deadLetters.messages, members]
  const failed = retries.ready + retries.delayed + deadLetters.messages
  const [first, ...others] = topics
  if (first === undefined) return failed === 0 ? [] : [[group, atLeast(lag), '', '', '', '', ...ofGroup]]
  return [
    [group, atLeast(lag), first.topic, first.queues, first.lag, first.lagMax, ...ofGroup],
    ...others.map(({ topic, queues, lag, lagMax }) => [group, '', topic, queues, lag, lagMax, '', '', '']),
  ]
}

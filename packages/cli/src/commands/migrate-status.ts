import type { GroupStatus, MigrationStatus } from '@rocketeer/toolkit/migration'
import { type Command, Option } from 'commander'
import { EXIT_FAILED } from '../failure.js'
import { printJson, printLine, printTable } from '../output.js'
import { parseDuration, parseTime } from '../parse-time.js'
import { green, red, styled } from '../styled.js'
import { addTwoClustersFlags, type TwoClustersFlags, withClusters } from './migrate-clusters.js'
import { printComparisons, watched } from './migrate-compare.js'

interface StatusFlags extends TwoClustersFlags {
  group?: string[]
  since?: number
  grace: number
  sample: number
}

export function addStatus(migrate: Command): void {
  addTwoClustersFlags(
    migrate
      .command('status')
      .description('what both clusters get, how they differ, and whether it is safe to cut over'),
  )
    .argument('<topic...>')
    .option(
      '--group <group...>',
      'only these groups; default: all that consume the topics in the old cluster',
    )
    .option('--since <time>', 'since when both clusters are written (1h)', parseTime)
    .option(
      '--grace <duration>',
      'how far apart the clusters may store a message (10s)',
      parseDuration,
      10_000,
    )
    .addOption(
      new Option('--sample <duration>', 'how long to measure what comes in')
        .argParser(parseDuration)
        .default(2_000, '2s'),
    )
    .addHelpText(
      'after',
      `
Ends with 1 while it is not safe.

Example:
  rocketeer migrate status order-paid --from old:9876 --to new:9876 --since 2h`,
    )
    .action((topics: string[], flags: StatusFlags) => status(topics, flags))
}

async function status(topics: readonly string[], flags: StatusFlags): Promise<void> {
  await withClusters(flags, async (clusters) => {
    const { migrationStatus } = await import('@rocketeer/toolkit/migration')
    const { group: groups, since, grace: graceMs, sample: sampleMs } = flags
    const options = { topics, groups, since, graceMs, sampleMs }
    const found = await watched(flags, (progress) => migrationStatus(clusters, { ...options, ...progress }))
    if (flags.json) printJson(found)
    else print(found)
    if (!found.isSafe) process.exitCode = EXIT_FAILED
  })
}

function print({ topics, groups, isSafe, reasons }: MigrationStatus): void {
  printTable(
    ['topic', 'old, in/s', 'new, in/s'],
    topics.map(({ topic, perSecond }) => [topic, Math.round(perSecond.from), Math.round(perSecond.to)]),
    '',
  )
  printLine()
  printComparisons(topics.map(({ comparison }) => comparison))
  printLine()
  printTable(
    ['group', 'old: members', 'lag', 'retries', 'dead letters', 'new: members', 'lag', 'offsets'],
    groups.map(groupRow),
    'No group consumes these topics in the old cluster.',
  )
  printLine()
  if (isSafe) printLine(green('It is safe to cut over.'))
  else {
    printLine(red('It is not safe to cut over:'))
    for (const reason of reasons) printLine(styled`  ${reason}`)
  }
}

function groupRow({ group, from, to, withoutOffsets }: GroupStatus) {
  return [
    group,
    from?.members,
    from?.lag,
    from && from.retries.ready + from.retries.delayed,
    from?.deadLetters.messages,
    to?.members,
    to?.lag,
    withoutOffsets.length === 0 ? green('set') : red('missing'),
  ]
}

import type { Clusters } from '@rocketeer/toolkit/migration'
import type { Command } from 'commander'
import { startWithFlags } from '../flag-names.js'
import { parseDuration, parseTime } from '../parse-time.js'

/** Flags of every command that talks to two clusters. */
export interface TwoClustersFlags {
  from: string
  to: string
  json?: boolean
}

export function addTwoClustersFlags(command: Command): Command {
  return command
    .requiredOption('--from <nameservers>', 'nameservers of the old cluster, host:port;host:port')
    .requiredOption('--to <nameservers>', 'nameservers of the new cluster')
    .option('--json', 'print JSON')
}

/** Runs `work` with a client of each cluster; they are closed however `work` ends. */
export async function withClusters(
  flags: TwoClustersFlags,
  work: (clusters: Clusters) => Promise<void>,
): Promise<void> {
  const { connect } = await import('@rocketeer/client')
  await using from = await startWithFlags(() => connect({ nameservers: flags.from }))
  await using to = await startWithFlags(() => connect({ nameservers: flags.to }))
  await work({ from, to })
}

/** Flags of what compares messages. */
export interface CompareFlags extends TwoClustersFlags {
  since?: number
  until?: number
  grace: number
  byContent?: boolean
}

export function addCompareFlags(command: Command): Command {
  return addTwoClustersFlags(command)
    .option(
      '--since <time>',
      'messages stored at or after: when both clusters began to be written',
      parseTime,
    )
    .option('--until <time>', 'messages stored before; default: the grace ago', parseTime)
    .option(
      '--grace <duration>',
      'how far apart the clusters may store a message (10s)',
      parseDuration,
      10_000,
    )
    .option('--by-content', 'know messages by keys and body, where producers gave two ids')
}

/** Of the flags. */
export function compareOptionsOf({ since, until, grace, byContent }: CompareFlags) {
  const matchBy = byContent === true ? ('content' as const) : ('messageId' as const)
  return { since, until, graceMs: grace, matchBy }
}

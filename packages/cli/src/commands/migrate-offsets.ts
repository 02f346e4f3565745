import type { TranslatedOffsets } from '@rocketeer/toolkit/migration'
import type { Command } from 'commander'
import { addConfirmFlags, type ConfirmFlags, confirm } from '../confirm.js'
import { warnOfMissing } from '../failure.js'
import { formatCount, printJson, printLine, printTable } from '../output.js'
import { parseDuration } from '../parse-time.js'
import { Stop } from '../session.js'
import { addTwoClustersFlags, type TwoClustersFlags, withClusters } from './migrate-clusters.js'

interface OffsetsFlags extends TwoClustersFlags, ConfirmFlags {
  topic?: string[]
  grace: number
  byContent?: boolean
}

export function addOffsets(migrate: Command): void {
  addConfirmFlags(
    addTwoClustersFlags(
      migrate.command('offsets').description('set a group in the new cluster to where it is in the old one'),
    ),
  )
    .argument('<group>')
    .option('--topic <topic...>', 'only these topics; default: all that the group consumes')
    .option(
      '--grace <duration>',
      'how far apart the clusters may store a message (60s)',
      parseDuration,
      60_000,
    )
    .option('--by-content', 'know messages by keys and body, where producers gave two ids')
    .addHelpText(
      'after',
      `
No message that the group has not consumed is skipped; some that it has consumed come again, so its handler has to be
idempotent. The group may run in the old cluster, and must not run in the new one. Its retries and dead letters stay
in the old cluster. For the way back give the clusters in the other order.

Examples:
  rocketeer migrate offsets billing --from old:9876 --to new:9876 --dry-run
  rocketeer migrate offsets billing --from old:9876 --to new:9876 --topic order-paid --yes`,
    )
    .action((group: string, flags: OffsetsFlags) => offsets(group, flags))
}

async function offsets(group: string, flags: OffsetsFlags): Promise<void> {
  await withClusters(flags, async (clusters) => {
    const { translateOffsets } = await import('@rocketeer/toolkit/migration')
    const stop = new Stop()
    const options = {
      group,
      topics: flags.topic,
      graceMs: flags.grace,
      matchBy: flags.byContent === true ? ('content' as const) : ('messageId' as const),
      signal: stop.signal,
    }
    try {
      let outcome = await translateOffsets(clusters, { ...options, dryRun: true })
      if (!flags.dryRun) {
        const again = outcome.topics.reduce((sum, topic) => sum + topic.again, 0)
        const what = `set "${group}" in the new cluster to where it is in the old one`
        await confirm(`${what}; about ${formatCount(again, 'message')} come again`, flags)
        outcome = await translateOffsets(clusters, options)
      }
      print(outcome, flags)
    } catch (error) {
      stop.throwIfInterrupted()
      throw error
    }
  })
}

function print({ group, topics }: TranslatedOffsets, flags: OffsetsFlags): void {
  if (flags.json) printJson({ group, topics })
  else {
    const rows = topics.flatMap(({ queues }) =>
      queues.map(({ queue, before, offset, end }) => [
        queue.topic,
        queue.brokerName,
        queue.queueId,
        before,
        offset,
        end - offset,
      ]),
    )
    printTable(
      ['topic', 'broker', 'queue', 'was at', 'goes on at', 'to come'],
      rows,
      'The group has consumed nothing.',
    )
    for (const { topic, lag, again, by } of topics)
      printLine(
        `${topic}: ${formatCount(lag, 'message')} to consume, about ${again} come again${by === 'time' ? ' (found by time alone)' : ''}`,
      )
    if (flags.dryRun) printLine('Nothing was changed.')
  }
  for (const { topic, beginsEarlier } of topics)
    if (beginsEarlier)
      warnOfMissing(
        topic,
        `"${group}" has not consumed messages that only the old cluster has: let it catch up there before it leaves`,
      )
}

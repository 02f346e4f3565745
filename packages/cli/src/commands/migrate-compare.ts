import type { CopyAt, DifferenceExample, TopicComparison } from '@rocketeer/toolkit/migration'
import { type Command, Option } from 'commander'
import { addConfirmFlags, type ConfirmFlags, confirm } from '../confirm.js'
import { EXIT_FAILED } from '../failure.js'
import { formatCount, printJson, printLine, printTable } from '../output.js'
import { parseWholeNumber } from '../parse.js'
import { ProgressBar } from '../progress-bar.js'
import { Stop } from '../session.js'
import { green, red } from '../styled.js'
import { addCompareFlags, type CompareFlags, compareOptionsOf, withClusters } from './migrate-clusters.js'

interface ComparisonFlags extends CompareFlags {
  examples: number
}

export function addCompare(migrate: Command): void {
  addCompareFlags(
    migrate
      .command('compare')
      .description('what is missing, different, extra or out of order in the new cluster'),
  )
    .argument('<topic...>')
    .addOption(
      new Option('--examples <n>', 'examples of each kind of difference')
        .argParser(parseWholeNumber)
        .default(10),
    )
    .addHelpText(
      'after',
      `
Messages are matched by their unique id. Ends with 1 when the clusters differ.

Examples:
  rocketeer migrate compare order-paid --from old:9876 --to new:9876 --since 1h
  rocketeer migrate compare order-paid --from old:9876 --to new:9876 --since 2026-11-21T08:00 --json`,
    )
    .action((topics: string[], flags: ComparisonFlags) => compare(topics, flags))
}

async function compare(topics: readonly string[], flags: ComparisonFlags): Promise<void> {
  await withClusters(flags, async (clusters) => {
    const { compareTopics } = await import('@rocketeer/toolkit/migration')
    const found: TopicComparison[] = []
    for (const topic of topics) {
      const options = { ...compareOptionsOf(flags), topic, examplesMax: flags.examples }
      found.push(await watched(flags, (progress) => compareTopics(clusters, { ...options, ...progress })))
    }
    if (flags.json) printJson(found)
    else printComparisons(found)
    if (found.some(({ isEqual }) => !isEqual)) process.exitCode = EXIT_FAILED
  })
}

interface CopyFlags extends CompareFlags, ConfirmFlags {}

export function addCopy(migrate: Command): void {
  addConfirmFlags(
    addCompareFlags(
      migrate.command('copy').description('send what the new cluster misses of a topic, with the same ids'),
    ),
  )
    .argument('<topic>')
    .addHelpText(
      'after',
      `
Consumers of the new cluster get these messages late, behind later ones of their order key. What is there already is not
sent again, so the command may be repeated. For the way back give the clusters in the other order.

Examples:
  rocketeer migrate copy order-paid --from old:9876 --to new:9876 --since 1h --dry-run
  rocketeer migrate copy order-paid --from old:9876 --to new:9876 --since 1h --yes`,
    )
    .action((topic: string, flags: CopyFlags) => copy(topic, flags))
}

async function copy(topic: string, flags: CopyFlags): Promise<void> {
  await withClusters(flags, async (clusters) => {
    const { copyMissing } = await import('@rocketeer/toolkit/migration')
    const options = { ...compareOptionsOf(flags), topic }
    const planned = await watched(flags, (progress) =>
      copyMissing(clusters, { ...options, ...progress, dryRun: true }),
    )
    const what = formatCount(planned.comparison.missing, 'message')
    if (flags.dryRun || planned.comparison.missing === 0) {
      if (flags.json) printJson(planned)
      else printLine(`${what} of "${topic}" ${flags.dryRun ? 'would be' : 'had to be'} copied`)
      return
    }
    await confirm(`send ${what} to "${topic}" in the new cluster`, flags)
    // What was missing then, and not what came in while somebody was asked.
    const { until } = planned.comparison
    const outcome = await watched(flags, (progress) =>
      copyMissing(clusters, { ...options, ...progress, until }),
    )
    if (flags.json) printJson(outcome)
    else printLine(`${formatCount(outcome.copied, 'message')} copied`)
  })
}

interface Watched {
  readonly onProgress: (progress: { done: number; total: number }) => void
  readonly signal: AbortSignal
}

/** With a bar, until Ctrl-C. */
export async function watched<Result>(
  { json }: { json?: boolean },
  work: (watched: Watched) => Promise<Result>,
): Promise<Result> {
  const stop = new Stop()
  let bar: ProgressBar | undefined
  const onProgress = ({ done, total }: { done: number; total: number }) => {
    bar ??= new ProgressBar({ verb: 'compared', total, quiet: json === true })
    bar.update(done)
  }
  try {
    return await work({ onProgress, signal: stop.signal })
  } catch (error) {
    stop.throwIfInterrupted()
    throw error
  } finally {
    bar?.done()
  }
}

export function printComparisons(comparisons: readonly TopicComparison[]): void {
  printTable(
    ['topic', 'old', 'new', 'missing', 'different', 'extra', 'out of order', ''],
    comparisons.map(({ topic, messages, missing, different, extra, outOfOrder, isEqual }) => [
      topic,
      messages.from,
      messages.to,
      missing,
      different,
      extra,
      outOfOrder,
      isEqual ? green('equal') : red('differs'),
    ]),
    'There is nothing to compare.',
  )
  const examples = comparisons.flatMap((comparison) => comparison.examples)
  if (examples.length === 0) return
  printLine()
  printTable(
    ['difference', 'message', 'key', 'old cluster', 'new cluster', 'in'],
    examples.map(exampleRow),
    '',
    { whole: ['message'] },
  )
}

function exampleRow({ kind, messageId, key, from, to, fields }: DifferenceExample) {
  const name = kind === 'outOfOrder' ? 'out of order' : kind
  return [name, messageId, key, placeOf(from), placeOf(to), fields.join(', ')]
}

/** `broker-a 3 @ 1042`. */
function placeOf(copy: CopyAt | undefined): string | undefined {
  return copy && `${copy.queue.brokerName} ${copy.queue.queueId} @ ${copy.queueOffset}`
}

import type { Client } from '@rocketeer/client'
import type { DiscardOutcome } from '@rocketeer/toolkit/backlog'
import type { Command } from 'commander'
import { addConfirmFlags, type ConfirmFlags, confirm } from '../confirm.js'
import { UsageError } from '../failure.js'
import { formatCount, formatTime, printJson, printLine, printTable } from '../output.js'
import { parseTime } from '../parse-time.js'
import { ProgressBar } from '../progress-bar.js'
import { addClusterFlags, type ClusterFlags, Stop, withClient } from '../session.js'
import { knownGroup } from './group-known.js'

interface DiscardFlags extends ClusterFlags, ConfirmFlags {
  olderThan?: number
  toLatest?: boolean
  audit?: string
  body?: boolean
  whileRunning?: boolean
}

export function addDiscard(backlog: Command): void {
  addConfirmFlags(
    addClusterFlags(
      backlog.command('discard').description('have a group skip messages, after each is noted in a file'),
    ),
  )
    .argument('<group>')
    .argument('<topic>')
    .option('--older-than <time>', 'messages stored before it: a time, or 1h for an hour ago', parseTime)
    .option('--to-latest', 'everything there is now')
    .option('--audit <file>', 'where they are noted, a JSON object in each line; it must not exist')
    .option('--body', 'note the bodies, too, as base64')
    .option('--while-running', 'also while members run, which are told; with --older-than only')
    .addHelpText(
      'after',
      `
The file is on the disk before the group moves. The messages stay at the broker, for other groups and for the way back:
rocketeer backlog restore FILE.

Examples:
  rocketeer backlog discard billing order-paid --older-than 1h --dry-run
  rocketeer backlog discard billing order-paid --older-than 1h --audit discarded.jsonl
  rocketeer backlog discard billing order-paid --to-latest --audit discarded.jsonl --body`,
    )
    .action((name: string, topic: string, flags: DiscardFlags) =>
      withClient(flags, (client) => discard(client, name, topic, flags)),
    )
}

async function discard(client: Client, group: string, topic: string, flags: DiscardFlags): Promise<void> {
  if ((flags.olderThan === undefined) !== (flags.toLatest === true))
    throw new UsageError('give --older-than or --to-latest')
  if (!flags.dryRun && flags.audit === undefined)
    throw new UsageError('give --audit FILE, where the messages are noted, or --dry-run')
  const { discardBacklog } = await import('@rocketeer/toolkit/backlog')
  await knownGroup(client, group)
  const stop = new Stop()
  const options = {
    group,
    topic,
    olderThan: flags.olderThan ?? ('last' as const),
    audit: flags.audit,
    withBody: flags.body === true,
    whileRunning: flags.whileRunning === true,
    signal: stop.signal,
  }
  const plan = await discardBacklog(client, { ...options, dryRun: true })
  if (flags.dryRun) {
    printDiscarded(plan, flags, 'would be discarded')
    return
  }
  await confirm(`have "${group}" skip ${formatCount(plan.messages, 'message')} of "${topic}"`, flags)
  const bar = new ProgressBar({ verb: 'noted', total: plan.messages, quiet: flags.json === true })
  try {
    const outcome = await discardBacklog(client, { ...options, onProgress: ({ done }) => bar.update(done) })
    bar.done()
    printDiscarded(outcome, flags, `discarded, noted in ${flags.audit}`)
  } catch (error) {
    bar.done()
    stop.throwIfInterrupted()
    throw error
  }
}

function printDiscarded({ messages, queues }: DiscardOutcome, flags: DiscardFlags, verb: string): void {
  if (flags.json) {
    printJson({ messages, queues })
    return
  }
  const rows = queues
    .filter(({ from, to }) => to > from)
    .map(({ queue, from, to }) => [queue.brokerName, queue.queueId, from, to, to - from])
  printTable(['broker', 'queue', 'from', 'to', 'messages'], rows, 'There is nothing to discard.')
  printLine(`${formatCount(messages, 'message')} ${verb}`)
}

export function addRestore(backlog: Command): void {
  addConfirmFlags(
    addClusterFlags(
      backlog
        .command('restore')
        .description('give a group back what a discard had it skip, by its audit file'),
    ),
  )
    .argument('<file>', 'the audit file')
    .addHelpText(
      'after',
      `
The group goes back to where it was: what it consumed behind the discarded messages comes again, too.

Example:
  rocketeer backlog restore discarded.jsonl --dry-run`,
    )
    .action((file: string, flags: ClusterFlags & ConfirmFlags) =>
      withClient(flags, (client) => restore(client, file, flags)),
    )
}

async function restore(client: Client, file: string, flags: ClusterFlags & ConfirmFlags): Promise<void> {
  const { restoreDiscarded } = await import('@rocketeer/toolkit/backlog')
  const planned = await restoreDiscarded(client, file, { dryRun: true })
  const { group, topic, at } = planned.plan
  const messages = planned.queues.reduce((sum, { now, to }) => sum + Math.max(0, (now ?? to) - to), 0)
  const what = `have "${group}" consume ${formatCount(messages, 'message')} of "${topic}" again`
  if (!flags.dryRun) {
    await confirm(`${what}, discarded ${formatTime(Date.parse(at))}`, flags)
    await restoreDiscarded(client, file)
  }
  if (flags.json) {
    printJson({ group, topic, messages, queues: planned.queues })
    return
  }
  const rows = planned.queues.map(({ queue, now, to }) => [queue.brokerName, queue.queueId, now, to])
  printTable(['broker', 'queue', 'from', 'to'], rows, 'Nothing was discarded.')
  printLine(flags.dryRun ? `This would ${what}.` : `${formatCount(messages, 'message')} to be consumed again`)
}

import type { Client, QueueOffset, QueueReset } from '@rocketeer/client'
import type { Command } from 'commander'
import { addConfirmFlags, type ConfirmFlags, canAsk, confirm } from '../confirm.js'
import { formatCount, printJson, printLine, printTable } from '../output.js'
import { parseResetTime } from '../parse-time.js'
import { addClusterFlags, type ClusterFlags, withClient } from '../session.js'
import { knownGroup } from './group-known.js'

interface ResetFlags extends ClusterFlags, ConfirmFlags {
  to: number | 'first' | 'last'
}

export function addReset(group: Command): void {
  addConfirmFlags(
    addClusterFlags(
      group
        .command('reset')
        .description('move a group to a time: it consumes again from there, or skips ahead'),
    ),
  )
    .argument('<group>')
    .argument('<topic>')
    .requiredOption(
      '--to <time>',
      "a time, 'first', or 'last', which skips all messages so far",
      parseResetTime,
    )
    .addHelpText(
      'after',
      `
Examples:
  rocketeer group reset billing order-paid --to 2026-11-21T08:00 --dry-run
  rocketeer group reset billing order-paid --to last`,
    )
    .action((name: string, topic: string, flags: ResetFlags) =>
      withClient(flags, (client) => reset(client, name, topic, flags)),
    )
}

async function reset(client: Client, group: string, topic: string, flags: ResetFlags): Promise<void> {
  await knownGroup(client, group)
  const { offsets } = client.admin()
  const plan = await offsets.planReset(group, topic, flags.to)
  if (flags.dryRun && flags.json) printJson(plan)
  else if (flags.dryRun) {
    printPlan(plan)
    printLine('Nothing was changed.')
  } else {
    if (!flags.yes && canAsk() && process.stdout.isTTY && !flags.json) printPlan(plan)
    await confirm(`move "${group}" in "${topic}": ${effectOfAll(plan)}`, flags)
    printMoved(await offsets.reset(group, topic, flags.to), flags)
  }
}

function printMoved(moved: readonly QueueOffset[], flags: ResetFlags): void {
  if (flags.json) {
    printJson(moved)
    return
  }
  const rows = moved.map(({ queue, offset }) => [queue.brokerName, queue.queueId, offset])
  printTable(['broker', 'queue', 'now at'], rows, 'The group has not consumed this topic.')
}

function printPlan(plan: readonly QueueReset[]): void {
  const rows = plan.map(({ queue, from, to, again }) => [
    queue.brokerName,
    queue.queueId,
    from,
    to,
    effectOf(again),
  ])
  printTable(['broker', 'queue', 'from', 'to', 'messages'], rows, 'The topic has no queues.')
}

function effectOfAll(plan: readonly QueueReset[]): string {
  const changes = plan.map(({ again = 0 }) => again)
  const again = changes.reduce((sum, change) => sum + Math.max(change, 0), 0)
  const skipped = changes.reduce((sum, change) => sum - Math.min(change, 0), 0)
  return `${formatCount(again, 'message')} consumed again, ${skipped} skipped`
}

function effectOf(again: number | undefined): string {
  if (again === undefined) return 'begins here'
  if (again === 0) return 'stays'
  return again > 0 ? `${again} again` : `${-again} skipped`
}

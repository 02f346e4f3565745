import type { Client } from '@rocketeer/client'
import type { Command } from 'commander'
import { printJson, printLine, printTable } from '../output.js'
import { parseResetTime } from '../parse.js'
import { addClusterFlags, type ClusterFlags, withClient } from '../session.js'

interface ResetFlags extends ClusterFlags {
  to: number | 'first' | 'last'
  dryRun?: boolean
}

export function addReset(group: Command): void {
  addClusterFlags(
    group
      .command('reset')
      .description('move a group to a time: it consumes again from there, or skips ahead'),
  )
    .argument('<group>')
    .argument('<topic>')
    .requiredOption(
      '--to <time>',
      "a time, 'first', or 'last', which skips all messages so far",
      parseResetTime,
    )
    .option('--dry-run', 'show what would change, and change nothing')
    .addHelpText(
      'after',
      `
Examples:
  rocketeer group reset billing order-paid --to 2026-11-21T08:00 --dry-run
  rocketeer group reset billing order-paid --to last`,
    )
    .action((name: string, topic: string, flags: ResetFlags) =>
      withClient(flags, (client) =>
        flags.dryRun ? plan(client, name, topic, flags) : reset(client, name, topic, flags),
      ),
    )
}

async function reset(client: Client, group: string, topic: string, flags: ResetFlags): Promise<void> {
  const moved = await client.admin().offsets.reset(group, topic, flags.to)
  if (flags.json) {
    printJson(moved)
    return
  }
  const rows = moved.map(({ queue, offset }) => [queue.brokerName, queue.queueId, offset])
  printTable(['broker', 'queue', 'now at'], rows, 'The group has not consumed this topic.')
}

async function plan(client: Client, group: string, topic: string, flags: ResetFlags): Promise<void> {
  const queues = await client.admin().offsets.planReset(group, topic, flags.to)
  if (flags.json) {
    printJson(queues)
    return
  }
  const rows = queues.map(({ queue, from, to, again }) => [
    queue.brokerName,
    queue.queueId,
    from,
    to,
    effectOf(again),
  ])
  printTable(['broker', 'queue', 'from', 'to', 'messages'], rows, 'The topic has no queues.')
  printLine('Nothing was changed.')
}

function effectOf(again: number | undefined): string {
  if (again === undefined) return 'begins here'
  if (again === 0) return 'stays'
  return again > 0 ? `${again} again` : `${-again} skipped`
}

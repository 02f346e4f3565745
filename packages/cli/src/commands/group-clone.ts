import type { Client } from '@rocketeer/client'
import type { Command } from 'commander'
import { addConfirmFlags, type ConfirmFlags, confirm } from '../confirm.js'
import { UsageError } from '../failure.js'
import { formatCount, printJson, printLine, printTable } from '../output.js'
import { addClusterFlags, type ClusterFlags, withClient } from '../session.js'
import { knownGroup } from './group-known.js'

interface CloneFlags extends ClusterFlags, ConfirmFlags {}

export function addClone(group: Command): void {
  addConfirmFlags(
    addClusterFlags(group.command('clone').description('copy the offsets of one group to another')),
  )
    .argument('<from>', 'group whose offsets are copied')
    .argument('<to>', 'group that gets them; created if it does not exist')
    .argument('[topic]', 'default: every topic the first group consumes, except its retry topics')
    .addHelpText(
      'after',
      `
The group that gets the offsets must not be running: its members would overwrite them with their own.

Examples:
  rocketeer group clone billing billing-2 --dry-run
  rocketeer group clone billing billing-2 order-paid`,
    )
    .action((from: string, to: string, topic: string | undefined, flags: CloneFlags) =>
      withClient(flags, (client) => clone(client, { from, to, topic }, flags)),
    )
}

async function clone(
  client: Client,
  { from, to, topic }: { from: string; to: string; topic: string | undefined },
  flags: CloneFlags,
): Promise<void> {
  if (from === to) throw new UsageError(`"${from}" has its own offsets already: name two groups`)
  await knownGroup(client, from)
  const { offsets } = client.admin()
  const plan = await offsets.copy(from, to, { dryRun: true, topic })
  if (!flags.dryRun && (await hasOffsets(client, to, topic))) {
    await confirm(
      `set "${to}" to the offsets of "${from}" in ${formatCount(plan.length, 'queue')}, and lose its own`,
      flags,
    )
  }
  const progress = flags.dryRun ? plan : await offsets.copy(from, to, { topic })
  if (flags.json) {
    printJson(progress.map(({ queue, consumerOffset }) => ({ queue, offset: consumerOffset })))
    return
  }
  const rows = progress.map(({ queue, consumerOffset, lag }) => [
    queue.topic,
    queue.brokerName,
    queue.queueId,
    consumerOffset,
    lag,
  ])
  printTable(['topic', 'broker', 'queue', `${to} at`, 'lag'], rows, `"${from}" has consumed nothing.`)
  if (flags.dryRun) printLine('Nothing was changed.')
}

async function hasOffsets(client: Client, group: string, topic: string | undefined): Promise<boolean> {
  const { groups } = client.admin()
  const known = await groups.list({ system: true })
  return (
    known.some(({ groupName }) => groupName === group) &&
    (await groups.progress(group, topic)).queues.length > 0
  )
}

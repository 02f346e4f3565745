import type { Client, Message } from '@rocketeer/client'
import type { Command } from 'commander'
import { addConfirmFlags, type ConfirmFlags, confirm } from '../confirm.js'
import { printMessageLine } from '../message-output.js'
import { formatCount, printJson, printLine } from '../output.js'
import { parseCount } from '../parse.js'
import { parseTime } from '../parse-time.js'
import { Progress } from '../progress.js'
import { addClusterFlags, type ClusterFlags, Stop, withClient } from '../session.js'
import { knownGroup } from './group-known.js'

interface ReplayFlags extends ClusterFlags, ConfirmFlags {
  rate: number
  key?: string
  since?: number
  until?: number
}

export function addReplay(group: Command): void {
  addConfirmFlags(addClusterFlags(group.command('replay').description('give a group its dead letters again')))
    .argument('<group>')
    .option('--rate <n>', 'messages per second', parseCount, 100)
    .option('--key <key>', 'only messages with this key')
    .option('--since <time>', 'only those that became dead letters at or after', parseTime)
    .option('--until <time>', 'only those that became dead letters at or before', parseTime)
    .addHelpText(
      'after',
      `
Only this group gets them. Ctrl-C stops; the next replay goes on from there. With --key, --since or --until the other
dead letters stay; a later replay begins at the first that stayed, and may replay some a second time.

Examples:
  rocketeer group replay billing --rate 50
  rocketeer group replay billing --key order-000042
  rocketeer group replay billing --since 2026-11-21T08:00 --until 2026-11-21T09:00 --dry-run`,
    )
    .action((name: string, flags: ReplayFlags) => withClient(flags, (client) => replay(client, name, flags)))
}

async function replay(client: Client, group: string, flags: ReplayFlags): Promise<void> {
  const { countDeadLetters, replayDeadLetters } = await import('@rocketeer/toolkit/dead-letters')
  await knownGroup(client, group)
  if (!flags.dryRun) {
    const { left } = await countDeadLetters(client, group)
    const letters = formatCount(left, 'dead letter')
    const filtered = flags.key ?? flags.since ?? flags.until
    const which = filtered === undefined ? letters : `those that match of ${letters}`
    if (left > 0) await confirm(`have "${group}" consume ${which} again`, flags)
  }
  const stop = new Stop()
  const progress = new Progress()
  let count = 0
  const outcome = await replayDeadLetters(client, {
    group,
    ratePerSecond: flags.rate,
    signal: stop.signal,
    accept: (message) => isWanted(message, flags),
    keepRest: true,
    dryRun: flags.dryRun === true,
    onReplayed: (message) => {
      if (!flags.dryRun) progress.update(`${++count} replayed`)
      else if (!flags.json) printMessageLine(message, {})
    },
  })
  progress.done()
  if (flags.json) printJson(outcome)
  else if (flags.dryRun) printLine(`${outcome.replayed} would be replayed, ${outcome.skipped} left out`)
  else printLine(`${outcome.replayed} replayed, ${outcome.skipped} left out`)
  stop.throwIfInterrupted()
}

function isWanted(message: Message, { key, since, until }: ReplayFlags): boolean {
  return (
    (key === undefined || message.keys.includes(key)) &&
    (since === undefined || message.storeTimestamp >= since) &&
    (until === undefined || message.storeTimestamp <= until)
  )
}

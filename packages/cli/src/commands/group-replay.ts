import type { Client, Message } from '@rocketeer/client'
import type { Command } from 'commander'
import { errorText } from '../attempt-lines.js'
import { addConfirmFlags, type ConfirmFlags, confirm } from '../confirm.js'
import { printMessageLine } from '../message-output.js'
import { formatCount, printJson, printLine, terminalColumns } from '../output.js'
import { parseCount } from '../parse.js'
import { parseTime } from '../parse-time.js'
import { Progress } from '../progress.js'
import { addClusterFlags, type ClusterFlags, Stop, withClient } from '../session.js'
import { dim } from '../styled.js'
import { wrappedLines } from '../wrap.js'
import { printCauses } from './group-dead-letters.js'
import { knownGroup } from './group-known.js'

interface ReplayFlags extends ClusterFlags, ConfirmFlags {
  rate: number
  key?: string
  error?: string
  since?: number
  until?: number
  parked?: boolean
  limit: number
}

export function addReplay(group: Command): void {
  addConfirmFlags(addClusterFlags(group.command('replay').description('give a group its dead letters again')))
    .argument('<group>')
    .option('--rate <n>', 'messages per second', parseCount, 100)
    .option('--key <key>', 'only messages with this key')
    .option('--error <name>', 'only those that died of an error of this name')
    .option('--since <time>', 'only those that became dead letters at or after', parseTime)
    .option('--until <time>', 'only those that became dead letters at or before', parseTime)
    .option('--parked', 'those that are parked, instead of those that wait')
    .option('--limit <n>', 'with --dry-run: show the first n of them', parseCount, 20)
    .addHelpText(
      'after',
      `
Only this group gets them. Ctrl-C stops; the next replay goes on from there. With --key, --error, --since or --until
the other dead letters stay; a later replay begins at the first that stayed, and may replay some a second time.
What is parked or dropped (group dead-letters --park, --drop) is left out. --dry-run says what they died of and who
would get them.

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
    const filtered = flags.key ?? flags.error ?? flags.since ?? flags.until
    const all = flags.parked ? 'its parked dead letters' : letters
    const which = filtered === undefined ? all : `those that match of ${all}`
    if (left > 0 || flags.parked) await confirm(`have "${group}" consume ${which} again`, flags)
  }
  if (flags.dryRun) return plan(client, group, flags)
  const stop = new Stop()
  const progress = new Progress()
  let count = 0
  const outcome = await replayDeadLetters(client, {
    group,
    ratePerSecond: flags.rate,
    signal: stop.signal,
    accept: await wantedBy(flags),
    keepRest: true,
    parked: flags.parked,
    onReplayed: () => progress.update(`${++count} replayed`),
  })
  progress.done()
  if (flags.json) printJson(outcome)
  else printLine(`${outcome.replayed} replayed, ${outcome.skipped} left out`)
  stop.throwIfInterrupted()
}

/** Shows which dead letters would be given to whom, and what they died of. */
async function plan(client: Client, group: string, flags: ReplayFlags): Promise<void> {
  const [{ replayDeadLetters }, { lastErrorOf }] = await Promise.all([
    import('@rocketeer/toolkit/dead-letters'),
    import('@rocketeer/client'),
  ])
  const { deadLetters, groups } = client.admin()
  const { key, error, since, until } = flags
  const [members, causes] = await Promise.all([
    groups.members(group),
    // Those that are parked may lie behind the offset of the group.
    deadLetters.causes(group, { key, error, since, until, replayed: flags.parked }),
  ])
  const clientIds = [...(members?.connectionSet ?? [])].map(({ clientId }) => clientId ?? 'unknown').sort()
  let shown = 0
  const outcome = await replayDeadLetters(client, {
    group,
    accept: await wantedBy(flags),
    keepRest: true,
    parked: flags.parked,
    dryRun: true,
    onReplayed: (message) => {
      if (flags.json || ++shown > flags.limit) return
      printMessageLine(message, {})
      const died = lastErrorOf(message)
      if (died === undefined) return
      for (const line of wrappedLines(errorText(died), {
        ...{ columns: terminalColumns(), indent: '  ' },
        style: dim,
      }))
        printLine(line)
    },
  })
  if (flags.json) return printJson({ ...outcome, members: clientIds, causes: causes.causes })
  if (shown > flags.limit)
    printLine(dim(`The first ${flags.limit} of ${formatCount(shown, 'dead letter')}; --limit shows more.`))
  if (causes.count > 0) {
    printLine()
    printCauses(causes)
    printLine()
    printLine(
      clientIds.length === 0
        ? `No member of "${group}" is running: they would wait for one.`
        : `To ${formatCount(clientIds.length, 'member')} of "${group}": ${clientIds.join(', ')}`,
    )
  }
  printLine(`${outcome.replayed} would be replayed, ${outcome.skipped} left out`)
}

async function wantedBy({ key, error, since, until }: ReplayFlags): Promise<(message: Message) => boolean> {
  const { lastErrorOf } = await import('@rocketeer/client')
  return (message) =>
    (key === undefined || message.keys.includes(key)) &&
    (error === undefined || lastErrorOf(message)?.name === error) &&
    (since === undefined || message.storeTimestamp >= since) &&
    (until === undefined || message.storeTimestamp <= until)
}

import type { Client, DeadLetter } from '@rocketeer/client'
import { type ConfirmFlags, confirm } from '../confirm.js'
import { UsageError } from '../failure.js'
import { formatCount, printJson, printLine } from '../output.js'
import { type ClusterFlags, Stop } from '../session.js'
import { dim } from '../styled.js'

/** Flags of a decision about dead letters. */
export interface DecideFlags extends ClusterFlags, ConfirmFlags {
  park?: boolean
  drop?: boolean
  reason?: string
  id?: string
  key?: string
  error?: string
  since?: number
  until?: number
  limit: number
}

/** Parks or drops the dead letters that the flags name. `show` prints those a dry run would decide about. */
export async function decide(
  client: Client,
  group: string,
  flags: DecideFlags,
  show: (deadLetters: readonly DeadLetter[]) => void,
): Promise<void> {
  const { reason, limit } = flags
  if (flags.park && flags.drop) throw new UsageError('give --park or --drop')
  if (reason === undefined) throw new UsageError('give --reason, for whoever reads it later')
  if ([flags.id, flags.key, flags.error, flags.since, flags.until].every((filter) => filter === undefined))
    throw new UsageError('say which: --id, --key, --error, --since or --until')
  const { decideDeadLetters } = await import('@rocketeer/toolkit/dead-letters')
  const stop = new Stop()
  const options = {
    group,
    reason,
    state: flags.drop ? ('dropped' as const) : ('parked' as const),
    accept: (deadLetter: DeadLetter) => isNamed(deadLetter, flags),
    signal: stop.signal,
  }
  const first: DeadLetter[] = []
  const onDecided = (deadLetter: DeadLetter) => {
    if (first.length < limit) first.push(deadLetter)
  }
  const planned = await decideDeadLetters(client, { ...options, dryRun: true, onDecided })
  if (flags.dryRun) {
    if (flags.json) return printJson({ [options.state]: planned })
    show(first)
    if (planned > first.length) printLine(dim(`The first ${limit}; --limit shows more.`))
    return printLine(`${formatCount(planned, 'dead letter')} would be ${options.state}`)
  }
  const verb = flags.drop ? 'drop' : 'park'
  if (planned > 0) await confirm(`${verb} ${formatCount(planned, 'dead letter')} of "${group}"`, flags)
  const decided = planned > 0 ? await decideDeadLetters(client, options) : 0
  if (flags.json) printJson({ [options.state]: decided })
  else printLine(`${formatCount(decided, 'dead letter')} ${options.state}`)
  stop.throwIfInterrupted()
}

function isNamed({ message, error, since }: DeadLetter, flags: DecideFlags): boolean {
  return (
    (flags.id === undefined || message.messageId === flags.id) &&
    (flags.key === undefined || message.keys.includes(flags.key)) &&
    (flags.error === undefined || error?.name === flags.error) &&
    (flags.since === undefined || since >= flags.since) &&
    (flags.until === undefined || since <= flags.until)
  )
}

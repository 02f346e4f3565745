import type { Client, DeadLetter, DeadLetterCauses, DeadLetterQuery } from '@rocketeer/client'
import type { NotedDecision } from '@rocketeer/toolkit/dead-letters'
import { type Command, Option } from 'commander'
import { attemptLines, errorText } from '../attempt-lines.js'
import { addConfirmFlags } from '../confirm.js'
import { UsageError } from '../failure.js'
import { messageJson, placeOf } from '../message-output.js'
import { formatCount, formatTime, printJson, printLine, printTable, terminalColumns } from '../output.js'
import { parseCount } from '../parse.js'
import { parseTime } from '../parse-time.js'
import { addClusterFlags, withClient } from '../session.js'
import { bold, cyan, dim, joined, styled } from '../styled.js'
import { type DecideFlags, decide } from './group-decide.js'
import { knownGroup } from './group-known.js'

interface DeadLetterFlags extends DecideFlags {
  by?: 'error' | 'message'
  attempts?: boolean
  all?: boolean
}

export function addDeadLetters(group: Command): void {
  addConfirmFlags(
    addClusterFlags(group.command('dead-letters').description('dead letters of a group, and why they died')),
  )
    .argument('<group>')
    .addOption(
      new Option('--by <what>', 'group them: by error name, or by its message, too').choices([
        'error',
        'message',
      ]),
    )
    .option('--attempts', 'every failed attempt')
    .option('--id <id>', 'only the message with this unique id')
    .option('--key <key>', 'only messages with this key')
    .option('--error <name>', 'only those that died of an error of this name')
    .option('--since <time>', 'only those that became dead letters at or after', parseTime)
    .option('--until <time>', 'only those that became dead letters at or before', parseTime)
    .option('--all', 'also those that a replay has gone past')
    .option('--limit <n>', 'show the first n of them', parseCount, 20)
    .option('--park', 'have replays leave these out, until group replay --parked')
    .option('--drop', 'have replays leave these out for good')
    .option('--reason <text>', 'why, with --park or --drop')
    .addHelpText(
      'after',
      `
Consumers of Rocketeer note with a message why each attempt failed (their option failureHistory); others do not.
What is parked or dropped, and why, is kept in the topic DLQ_DECISIONS_<group>; a dead-letter worker has it among its
outcomes within 15 s. The dead letter itself stays until it expires.

Examples:
  rocketeer group dead-letters billing --by message
  rocketeer group dead-letters billing --key order-000042 --attempts
  rocketeer group dead-letters billing --error TimeoutError --since 2h
  rocketeer group dead-letters billing --key order-000042 --drop --reason 'refunded by hand'
  rocketeer group dead-letters billing --error RangeError --park --reason 'TICKET-7' --dry-run`,
    )
    .action((name: string, flags: DeadLetterFlags) =>
      withClient(flags, async (client) => {
        await knownGroup(client, name)
        if (flags.park || flags.drop) await decide(client, name, flags, printAll)
        else if (flags.reason !== undefined || flags.dryRun || flags.yes)
          throw new UsageError('give --park or --drop')
        else if (flags.by === undefined) await list(client, name, flags)
        else {
          const causes = await client.admin().deadLetters.causes(name, { ...queryOf(flags), by: flags.by })
          if (flags.json) printJson(causes)
          else printCauses(causes)
        }
      }),
    )
}

function queryOf({ key, error, since, until, all }: DeadLetterFlags): DeadLetterQuery {
  return { key, error, since, until, replayed: all }
}

async function list(client: Client, group: string, flags: DeadLetterFlags): Promise<void> {
  const { decisionsOf } = await import('@rocketeer/toolkit/dead-letters')
  const decisions = await decisionsOf(client, group)
  const found: DeadLetter[] = []
  let more = false
  for await (const each of client.admin().deadLetters.read(group, queryOf(flags))) {
    if (flags.id !== undefined && each.message.messageId !== flags.id) continue
    more = found.length === flags.limit
    if (more) break
    found.push(each)
  }
  const decisionOf = ({ message }: DeadLetter) => decisionAbout(decisions, message)
  if (flags.json) printJson(found.map((each) => ({ ...jsonOf(each), decision: decisionOf(each) })))
  else if (flags.attempts) printEach(found, decisionOf)
  else printAll(found, decisionOf)
  if (more && !flags.json)
    printLine(dim(`The first ${flags.limit}; --limit shows more, --by message groups all of them.`))
}

function jsonOf({ message, since, error, failures, replayed }: DeadLetter): object {
  return { ...messageJson(message, {}), since, error, failures, replayed }
}

const NOTHING = 'No dead letters.'
const UNEXPLAINED = 'nothing noted: its consumer keeps no failure history'

type DecisionOf = (deadLetter: DeadLetter) => NotedDecision | undefined

function printAll(found: readonly DeadLetter[], decisionOf: DecisionOf = () => undefined): void {
  const several = new Set(found.map(({ message }) => message.topic)).size > 1
  const someReplayed = found.some(({ replayed }) => replayed)
  const someDecided = found.some((each) => decisionOf(each) !== undefined)
  const rows = found.map((each) => [
    formatTime(each.since).slice(0, SECONDS),
    ...(someReplayed ? [each.replayed ? 'yes' : 'no'] : []),
    ...(someDecided ? [decisionText(decisionOf(each))] : []),
    ...(several ? [each.message.topic] : []),
    each.message.key ?? each.message.messageId,
    each.failures.attempts.length + each.failures.dropped || undefined,
    each.error === undefined ? dim(UNEXPLAINED) : errorText(each.error),
  ])
  const headings = [
    'since',
    ...(someReplayed ? ['replayed'] : []),
    ...(someDecided ? ['decided'] : []),
    ...(several ? ['topic'] : []),
    'key',
    'attempts',
    'died of',
  ]
  printTable(headings, rows, NOTHING, { whole: ['since', 'replayed'], wrap: 'died of' })
}

/** Of the messages that died of one error. */
const KEYS_SHOWN = 2

/** Of `2026-11-21 10:30:05.123`, up to the seconds. */
const SECONDS = 19

/** The newest decision, if it is about this death of the message. */
function decisionAbout(
  decisions: ReadonlyMap<string, NotedDecision>,
  { messageId, replayTimes }: DeadLetter['message'],
): NotedDecision | undefined {
  const decision = decisions.get(messageId)
  return decision && replayTimes <= decision.replays ? decision : undefined
}

function decisionText(decision: NotedDecision | undefined): string | undefined {
  if (decision === undefined) return undefined
  return decision.state === 'replayed' ? 'replayed' : `${decision.state}: ${decision.reason}`
}

function printEach(found: readonly DeadLetter[], decisionOf: DecisionOf): void {
  const columns = terminalColumns()
  if (found.length === 0) printLine(dim(NOTHING))
  for (const [index, each] of found.entries()) {
    const { message, since, failures, error, replayed } = each
    if (index > 0) printLine()
    const marks = joined([message.tag && `#${message.tag}`, ...message.keys])
    printLine(joined([bold(message.topic), message.messageId, cyan(marks)]))
    const replay = replayed ? ', a replay has gone past it' : ''
    printLine(styled`  dead since ${formatTime(since)} at ${placeOf(message)}${replay}`)
    const decision = decisionOf(each)
    if (decision) printLine(styled`  ${decisionText(decision)}, ${formatTime(decision.decidedAt)}`)
    for (const line of attemptLines(failures, columns, '  ')) printLine(line)
    if (failures.attempts.length === 0)
      printLine(error === undefined ? dim(`  ${UNEXPLAINED}`) : `  ${errorText(error)}`)
  }
}

/** What the dead letters died of, the most frequent first. */
export function printCauses({ causes, count, others, unexplained }: DeadLetterCauses): void {
  const rows = causes.map((cause) => {
    const keys = cause.keys.slice(0, KEYS_SHOWN)
    const example = keys.length === 0 ? '' : ` (${keys.join(', ')}${cause.count > keys.length ? ', …' : ''})`
    const times = [cause.firstAt, cause.lastAt].map((time) => formatTime(time).slice(0, SECONDS))
    return [cause.count, ...times, `${errorText(cause.error)}${example}`]
  })
  printTable(['count', 'first', 'last', 'died of'], rows, count === 0 ? NOTHING : UNEXPLAINED, {
    whole: ['first', 'last'],
    wrap: 'died of',
  })
  if (others > 0) printLine(`${formatCount(others, 'dead letter')} of other errors`)
  if (unexplained > 0 && causes.length > 0)
    printLine(dim(`${formatCount(unexplained, 'dead letter')} of which nothing is noted`))
}

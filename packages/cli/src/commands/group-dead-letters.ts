import type { Client, DeadLetter, DeadLetterCauses, DeadLetterQuery } from '@rocketeer/client'
import { type Command, Option } from 'commander'
import { attemptLines, errorText } from '../attempt-lines.js'
import { messageJson, placeOf } from '../message-output.js'
import { formatCount, formatTime, printJson, printLine, printTable, terminalColumns } from '../output.js'
import { parseCount } from '../parse.js'
import { parseTime } from '../parse-time.js'
import { addClusterFlags, type ClusterFlags, withClient } from '../session.js'
import { bold, cyan, dim, joined, styled } from '../styled.js'
import { knownGroup } from './group-known.js'

interface DeadLetterFlags extends ClusterFlags {
  by?: 'error' | 'message'
  attempts?: boolean
  key?: string
  error?: string
  since?: number
  until?: number
  all?: boolean
  limit: number
}

export function addDeadLetters(group: Command): void {
  addClusterFlags(group.command('dead-letters').description('dead letters of a group, and why they died'))
    .argument('<group>')
    .addOption(
      new Option('--by <what>', 'group them: by error name, or by its message, too').choices([
        'error',
        'message',
      ]),
    )
    .option('--attempts', 'every failed attempt')
    .option('--key <key>', 'only messages with this key')
    .option('--error <name>', 'only those that died of an error of this name')
    .option('--since <time>', 'only those that became dead letters at or after', parseTime)
    .option('--until <time>', 'only those that became dead letters at or before', parseTime)
    .option('--all', 'also those that a replay has gone past')
    .option('--limit <n>', 'show the first n of them', parseCount, 20)
    .addHelpText(
      'after',
      `
Consumers of Rocketeer note with a message why each attempt failed (their option failureHistory); others do not.

Examples:
  rocketeer group dead-letters billing --by message
  rocketeer group dead-letters billing --key order-000042 --attempts
  rocketeer group dead-letters billing --error TimeoutError --since 2h`,
    )
    .action((name: string, flags: DeadLetterFlags) =>
      withClient(flags, async (client) => {
        await knownGroup(client, name)
        if (flags.by === undefined) await list(client, name, flags)
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
  const found: DeadLetter[] = []
  let more = false
  for await (const each of client.admin().deadLetters.read(group, queryOf(flags))) {
    more = found.length === flags.limit
    if (more) break
    found.push(each)
  }
  if (flags.json) printJson(found.map(jsonOf))
  else if (flags.attempts) printEach(found)
  else printAll(found)
  if (more && !flags.json)
    printLine(dim(`The first ${flags.limit}; --limit shows more, --by message groups all of them.`))
}

function jsonOf({ message, since, error, failures, replayed }: DeadLetter): object {
  return { ...messageJson(message, {}), since, error, failures, replayed }
}

const NOTHING = 'No dead letters.'
const UNEXPLAINED = 'nothing noted: its consumer keeps no failure history'

function printAll(found: readonly DeadLetter[]): void {
  const several = new Set(found.map(({ message }) => message.topic)).size > 1
  const someReplayed = found.some(({ replayed }) => replayed)
  const rows = found.map(({ message, since, failures, error, replayed }) => [
    formatTime(since).slice(0, SECONDS),
    ...(someReplayed ? [replayed ? 'yes' : 'no'] : []),
    ...(several ? [message.topic] : []),
    message.key ?? message.messageId,
    failures.attempts.length + failures.dropped || undefined,
    error === undefined ? dim(UNEXPLAINED) : errorText(error),
  ])
  const headings = [
    'since',
    ...(someReplayed ? ['replayed'] : []),
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

function printEach(found: readonly DeadLetter[]): void {
  const columns = terminalColumns()
  if (found.length === 0) printLine(dim(NOTHING))
  for (const [index, { message, since, failures, error, replayed }] of found.entries()) {
    if (index > 0) printLine()
    const marks = joined([message.tag && `#${message.tag}`, ...message.keys])
    printLine(joined([bold(message.topic), message.messageId, cyan(marks)]))
    const replay = replayed ? ', a replay has gone past it' : ''
    printLine(styled`  dead since ${formatTime(since)} at ${placeOf(message)}${replay}`)
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

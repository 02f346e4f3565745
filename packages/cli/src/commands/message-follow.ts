import type {
  GroupLife,
  Message,
  MessageCopy,
  MessageLife,
  MessageTrace,
  Undelivered,
} from '@rocketeer/client'
import type { Command } from 'commander'
import { attemptLines } from '../attempt-lines.js'
import { placeOf } from '../message-output.js'
import { formatTime, printJson, printLine, terminalColumns } from '../output.js'
import { withClient } from '../session.js'
import { bold, cyan, dim, green, joined, red, styled, type Text, yellow } from '../styled.js'
import { addTraceFlags, printTraces, type TraceFlags } from './message-trace.js'

export function addFollow(message: Command): void {
  addTraceFlags(
    message
      .command('follow')
      .description('what happened to a message: groups, retries, dead letters, replays'),
  )
    .argument('<id|key>', 'a message id of either kind, or a business key')
    .argument('[topic]', 'topic to search; default: every topic')
    .addHelpText(
      'after',
      `
Shows where the message is stored and, for each group, whether it was consumed, its retries, dead letter and replays.
This is derived from offsets and copies: brokers do not note which member handled a message when. Clients that trace
do, and their entries are shown as well.

Examples:
  rocketeer message follow order-000042
  rocketeer message follow 7F0000010A2F1B6D2C8F5A3E00000001 order-paid --json`,
    )
    .action((idOrKey: string, topic: string | undefined, flags: TraceFlags) =>
      withClient(flags, async (client) => {
        const admin = client.admin()
        const { traceTopic } = flags
        const lives = await Promise.all(
          (await admin.messages.lives(idOrKey, topic)).map(async (life) => ({
            ...life,
            traces: await admin.messages.traces(life.message.messageId, { traceTopic }),
          })),
        )
        if (flags.json) printJson(lives)
        else for (const life of lives) printLife(life)
      }),
    )
}

function printLife({ message, groups, undelivered, traces }: MessageLife & { traces: MessageTrace[] }): void {
  const marks = joined([message.tag && `#${message.tag}`, ...message.keys])
  printLine(joined([bold(undelivered?.topic ?? message.topic), message.messageId, cyan(marks)]))
  printEvent(message.bornTimestamp, `sent from ${message.bornHost}`)
  printEvent(
    message.storeTimestamp,
    `stored at ${placeOf(message)}${undelivered === undefined ? '' : ` of ${message.queue.topic}`}`,
  )
  if (undelivered !== undefined) printLine(styled`  ${undeliveredText(undelivered)}`)
  else if (groups.length === 0) printLine('  no group consumes this topic')
  for (const group of groups) printGroup(message, group)
  if (traces.length > 0) printLine('  traced by clients:')
  printTraces(traces)
  printLine()
}

function undeliveredText({ state, topic, level, until, checks, producerGroup }: Undelivered): Text {
  const due = until === undefined ? 'its time has come' : formatTime(until)
  const waits = until === undefined || until > Date.now() ? 'waits' : 'should have been delivered: it waited'
  const asked =
    checks === 0 ? 'nobody has been asked yet' : `asked for ${checks} ${checks === 1 ? 'time' : 'times'}`
  const texts: Record<Undelivered['state'], Text> = {
    delayed: yellow(`${waits} in delay level ${level} until ${due}, then goes to ${topic}`),
    timed: yellow(`${waits} for its delivery time until ${due}, then goes to ${topic}`),
    half: yellow(
      `half message: waits for the outcome of its transaction, for which group ${producerGroup} is asked; ${asked}`,
    ),
    recalled: 'recalled by its producer: it is not delivered',
    'rolled-back': 'half message: its transaction was rolled back, so it is not delivered',
    'given-up': red(
      `half message: ${asked}, and group ${producerGroup} did not know the outcome of its transaction: it is not delivered`,
    ),
  }
  return texts[state]
}

function printGroup(message: Message, life: GroupLife): void {
  printLine(styled`  ${bold(life.group)}: ${stateText(message, life)}`)
  for (const copy of life.copies) printEvent(copy.message.storeTimestamp, copyText(copy), '    ')
  if (life.failures.attempts.length > 0) printLine('    failed attempts:')
  for (const line of attemptLines(life.failures, terminalColumns(), '      ')) printLine(line)
  const members = life.members.length === 0 ? 'none is running' : life.members.join(', ')
  printLine(dim(`    members now: ${members}`))
}

function printEvent(timestamp: number, text: string, indent = '  '): void {
  printLine(styled`${indent}${dim(formatTime(timestamp))}  ${text}`)
}

function stateText({ queueOffset }: Message, { state, offset }: GroupLife): Text {
  const behind = offset === undefined ? 'it has no offset there' : `it is at ${offset}`
  const texts: Record<GroupLife['state'], Text> = {
    waiting: yellow(`not consumed yet (${behind}, the message at ${queueOffset})`),
    consumed: green('consumed'),
    filtered: 'not wanted: the group subscribes to other tags',
    retrying: yellow('failed, to be retried'),
    dead: red('dead letter'),
    replaying: yellow('dead letter, given again'),
  }
  return texts[state]
}

function copyText({ kind, message, taken }: MessageCopy): string {
  const place = `at ${placeOf(message)} of ${message.queue.topic}`
  const texts: Record<MessageCopy['kind'], string> = {
    delayed: `retry ${message.reconsumeTimes} waits for its time`,
    retry: `retry ${message.reconsumeTimes} ${place}${taken ? ', taken' : ''}`,
    'dead-letter': `became a dead letter ${place}${taken ? ', seen by a replay' : ''}`,
    replay: `given again ${place}${taken ? ', taken' : ''}`,
  }
  return texts[kind]
}

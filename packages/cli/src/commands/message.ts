import type { Message } from '@rocketeer/client'
import type { Command } from 'commander'
import { pc } from '../colors.js'
import { formatTime, placeOf, printJson, printLine, printTable } from '../output.js'
import { parseCount, parseTimestamp, parseWholeNumber } from '../parse.js'
import { addClusterFlags, type ClusterFlags, withClient } from '../session.js'
import { addFollow } from './message-follow.js'
import { addTrace } from './message-trace.js'

export function addMessage(program: Command): void {
  const message = program
    .command('message')
    .description('find messages by id, key or offset, and follow them')
    .addHelpText(
      'after',
      '\nExamples:\n  rocketeer message follow order-000042\n  rocketeer message key order-paid order-000042\n  rocketeer message at order-paid broker-a 3 1024',
    )
  addById(message)
  addByKey(message)
  addByOffset(message)
  addFollow(message)
  addTrace(message)
}

function addById(message: Command): void {
  addClusterFlags(message.command('id').description('find a message by its id'))
    .argument('<id>', 'offset message id, or unique id together with the topic')
    .argument('[topic]', 'needed for a unique id')
    .addHelpText('after', '\nExample:\n  rocketeer message id 7F0000010A2F1B6D2C8F5A3E00000001 order-paid')
    .action((id: string, topic: string | undefined, flags: ClusterFlags) =>
      withClient(flags, async (client) => show(await client.admin().messages.byId(id, topic), flags)),
    )
}

/** Width of the columns before the body, about; the body gets the rest of the line. */
const COLUMNS_BEFORE_BODY = 78
const EXCERPT_COLUMNS_MIN = 20

interface KeyFlags extends ClusterFlags {
  since?: number
  until?: number
  count: number
}

function addByKey(message: Command): void {
  addClusterFlags(message.command('key').description('find messages by business key, newest first'))
    .argument('<topic>')
    .argument('<key>')
    .option('--since <time>', 'stored at or after', parseTimestamp)
    .option('--until <time>', 'stored at or before', parseTimestamp)
    .option('--count <n>', 'at most this many per broker', parseCount, 32)
    .addHelpText('after', '\nExample:\n  rocketeer message key order-paid order-000042')
    .action((topic: string, key: string, flags: KeyFlags) =>
      withClient(flags, async (client) => {
        const { since, until, count: messagesMax } = flags
        const messages = await client.admin().messages.byKey(topic, key, { messagesMax, since, until })
        if (flags.json) {
          printJson(messages)
          return
        }
        const rows = messages.map((each) => [
          formatTime(each.storeTimestamp),
          placeOf(each),
          each.messageId,
          excerpt(each.text()),
        ])
        printTable(
          ['stored', 'where', 'message id', 'body'],
          rows,
          `No message of "${topic}" has the key "${key}".`,
        )
      }),
    )
}

function addByOffset(message: Command): void {
  addClusterFlags(message.command('at').description('find a message by broker, queue and offset'))
    .argument('<topic>')
    .argument('<broker>', 'broker name')
    .argument('<queue>', 'queue id', parseWholeNumber)
    .argument('<offset>', 'queue offset', parseWholeNumber)
    .addHelpText('after', '\nExample:\n  rocketeer message at order-paid broker-a 3 1024')
    .action((topic: string, brokerName: string, queueId: number, offset: number, flags: ClusterFlags) =>
      withClient(flags, async (client) =>
        show(await client.admin().messages.at({ topic, brokerName, queueId }, offset), flags),
      ),
    )
}

function show(message: Message, flags: ClusterFlags): void {
  if (flags.json) {
    printJson(message)
    return
  }
  const facts: [string, string | number | undefined][] = [
    ['topic', message.topic],
    ['where', `${message.queue.brokerName} queue ${message.queue.queueId} offset ${message.queueOffset}`],
    ['message id', message.messageId],
    ['offset message id', message.offsetMessageId],
    ['tag', message.tag],
    ['keys', message.keys.join(' ') || undefined],
    ['born', `${formatTime(message.bornTimestamp)} at ${message.bornHost}`],
    ['stored', `${formatTime(message.storeTimestamp)} at ${message.storeHost}`],
    ['delivered again', message.reconsumeTimes],
  ]
  for (const [name, value] of facts) if (value !== undefined) printLine(`${pc.dim(name.padEnd(18))} ${value}`)
  for (const [name, value] of Object.entries(message.userProperties)) {
    printLine(`${pc.dim(`property ${name}`.padEnd(18))} ${value}`)
  }
  printLine()
  printLine(message.text())
}

function excerpt(text: string): string {
  const line = text.replace(/\s+/g, ' ')
  const room = Math.max(EXCERPT_COLUMNS_MIN, (process.stdout.columns ?? 160) - COLUMNS_BEFORE_BODY)
  return line.length > room ? `${line.slice(0, room - 1)}…` : line
}

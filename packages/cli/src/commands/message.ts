import type { Message } from '@rocketeer/client'
import type { Command } from 'commander'
import { CommandFailed } from '../failure.js'
import {
  addMessageFlags,
  bodyOf,
  cellsOf,
  type MessageFlags,
  messageJson,
  placeOf,
  printMessageLine,
} from '../message-output.js'
import { formatTime, printBytes, printJson, printLine, printTable, printText } from '../output.js'
import { parseCount, parseWholeNumber } from '../parse.js'
import { parseTime } from '../parse-time.js'
import { addClusterFlags, type ClusterFlags, withClient } from '../session.js'
import { dim, styled, type Text } from '../styled.js'
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
  addMessageFlags(addClusterFlags(message.command('id').description('find a message by its id')))
    .argument('<id>', 'offset message id, or unique id together with the topic')
    .argument('[topic]', 'needed for a unique id')
    .addHelpText('after', '\nExample:\n  rocketeer message id 7F0000010A2F1B6D2C8F5A3E00000001 order-paid')
    .action((id: string, topic: string | undefined, flags: ShowFlags) =>
      withClient(flags, async (client) => show(await client.admin().messages.byId(id, topic), flags)),
    )
}

/** Flags of commands that print messages found. */
interface ShowFlags extends ClusterFlags, MessageFlags {}

interface KeyFlags extends ShowFlags {
  since?: number
  until?: number
  count: number
}

function addByKey(message: Command): void {
  addMessageFlags(
    addClusterFlags(message.command('key').description('find messages by business key, newest first')),
  )
    .argument('<topic>')
    .argument('<key>')
    .option('--since <time>', 'stored at or after', parseTime)
    .option('--until <time>', 'stored at or before', parseTime)
    .option('--count <n>', 'at most this many per broker', parseCount, 32)
    .addHelpText('after', '\nExample:\n  rocketeer message key order-paid order-000042')
    .action((topic: string, key: string, flags: KeyFlags) =>
      withClient(flags, async (client) => {
        const { since, until, count: messagesMax } = flags
        const messages = await client.admin().messages.byKey(topic, key, { messagesMax, since, until })
        if (messages.length === 0)
          throw new CommandFailed(
            `no message of "${topic}" has the key "${key}"`,
            undefined,
            'MESSAGE_NOT_FOUND',
          )
        if (flags.json) printJson(messages.map((each) => messageJson(each, flags)))
        else if (flags.raw) for (const each of messages) printMessageLine(each, flags)
        else printFound(messages, flags)
      }),
    )
}

function printFound(messages: readonly Message[], flags: ShowFlags): void {
  const { fields } = flags
  const headings = fields ?? ['stored', 'where', 'message id', 'body']
  const rows = messages.map((each) =>
    fields
      ? cellsOf(each, fields, flags)
      : [formatTime(each.storeTimestamp), placeOf(each), each.messageId, bodyOf(each, flags)],
  )
  printTable(headings, rows, '', {
    whole: [
      'stored',
      'where',
      'message id',
      'messageId',
      'offsetMessageId',
      'storeTimestamp',
      'bornTimestamp',
    ],
  })
}

function addByOffset(message: Command): void {
  addMessageFlags(
    addClusterFlags(message.command('at').description('find a message by broker, queue and offset')),
  )
    .argument('<topic>')
    .argument('<broker>', 'broker name')
    .argument('<queue>', 'queue id', parseWholeNumber)
    .argument('<offset>', 'queue offset', parseWholeNumber)
    .addHelpText('after', '\nExample:\n  rocketeer message at order-paid broker-a 3 1024')
    .action((topic: string, brokerName: string, queueId: number, offset: number, flags: ShowFlags) =>
      withClient(flags, async (client) =>
        show(await client.admin().messages.at({ topic, brokerName, queueId }, offset), flags),
      ),
    )
}

const FACTS: Readonly<Record<string, string>> = {
  topic: 'topic',
  queue: 'queue',
  queueOffset: 'queue offset',
  messageId: 'message id',
  offsetMessageId: 'offset message id',
  tag: 'tag',
  keys: 'keys',
  bornTimestamp: 'born',
  bornHost: 'born at',
  storeTimestamp: 'stored',
  storeHost: 'stored at',
  reconsumeTimes: 'delivered again',
}

function show(message: Message, flags: ShowFlags): void {
  if (flags.raw) printBytes(message.body)
  else if (flags.json) printJson(messageJson(message, flags))
  else if (flags.fields) printMessageLine(message, flags)
  else {
    const values = cellsOf(message, Object.keys(FACTS), flags)
    Object.values(FACTS).forEach((name, index) => {
      if (values[index] !== '-') printFact(name, values[index])
    })
    for (const [name, value] of Object.entries(message.userProperties)) printFact(`property ${name}`, value)
    printLine()
    printText(bodyOf(message, { maxBody: flags.maxBody ?? Number.MAX_SAFE_INTEGER }))
  }
}

function printFact(name: string, value: Text): void {
  printLine(styled`${dim(name.padEnd(18))} ${value}`)
}

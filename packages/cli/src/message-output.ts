import type { Message } from '@rocketeer/client'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { formatTime, printBytes, printJsonLine, printLine } from './output.js'
import { parseWholeNumber } from './parse.js'
import { cyan, dim, joined, styled, type Text, yellow } from './styled.js'

/** Flags of commands that print messages. */
export interface MessageFlags {
  json?: boolean
  raw?: boolean
  fields?: string[]
  maxBody?: number
}

/** Characters of a body that are shown in a terminal; a pipe or file gets all of it. */
const MAX_BODY_DEFAULT = 1000

export function addMessageFlags(command: Command): Command {
  return command
    .option('--fields <list>', 'only these, such as storeTimestamp,keys,properties.shop,body', parseFields)
    .option(
      '--max-body <n>',
      `show at most n characters of a body (${MAX_BODY_DEFAULT} in a terminal, else all)`,
      parseWholeNumber,
    )
    .addOption(
      new Option('--raw', 'print the bytes of each body and a line feed, and nothing else').conflicts([
        'json',
        'fields',
        'maxBody',
      ]),
    )
}

/** Prints a message as one line; escapes make a body of several lines one. */
export function printMessageLine(message: Message, flags: MessageFlags): void {
  if (flags.raw) printBytes(Buffer.concat([message.body, Buffer.from('\n')]))
  else if (flags.json) printJsonLine(messageJson(message, flags))
  else if (flags.fields) printLine(joined(cellsOf(message, flags.fields, flags), '  '))
  else {
    const again = message.reconsumeTimes > 0 ? yellow(`again ${message.reconsumeTimes}`) : undefined
    const marks = joined([message.tag && `#${message.tag}`, ...message.keys])
    const where = dim(styled`${formatTime(message.storeTimestamp)} ${placeOf(message)}`)
    printLine(joined([where, cyan(marks), again, bodyOf(message, flags)]))
  }
}

/** Where a message is stored, as `broker-a/3@1024`: broker, queue id and queue offset. */
export function placeOf({ queue, queueOffset }: Message): string {
  return `${queue.brokerName}/${queue.queueId}@${queueOffset}`
}

/** What `--json` prints of a message: all of it, or the fields that were asked for. */
export function messageJson(message: Message, { fields, maxBody }: MessageFlags): object {
  const json = { ...message.toJSON() } as Record<string, unknown> & { body?: string }
  if (maxBody !== undefined && json.body !== undefined) json.body = shortened(json.body, maxBody)
  if (fields === undefined) return json
  return Object.fromEntries(
    fields.map((field) => {
      // A body that is no text has another name, so that nobody takes it for one.
      const name = field === 'body' && json.body === undefined ? 'bodyBase64' : field
      return [name, fieldOf(json, name)]
    }),
  )
}

/** The values of fields as a person reads them, `-` for what a message does not have. */
export function cellsOf(message: Message, fields: readonly string[], flags: MessageFlags): Text[] {
  return fields.map((field) => {
    if (field === 'body') return bodyOf(message, flags)
    const value = fieldOf(message.toJSON() as Record<string, unknown>, field)
    if (field.endsWith('Timestamp')) return formatTime(value as number)
    if (field === 'queue') return `${message.queue.brokerName}/${message.queue.queueId}`
    if (Array.isArray(value)) return value.join(' ') || '-'
    if (typeof value === 'object') return JSON.stringify(value)
    return value === undefined || value === '' ? '-' : String(value)
  })
}

export function bodyOf(message: Message, { maxBody }: MessageFlags): string {
  return shortened(
    message.text(),
    maxBody ?? (process.stdout.isTTY ? MAX_BODY_DEFAULT : Number.MAX_SAFE_INTEGER),
  )
}

function shortened(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max)}… (${text.length - max} more)`
}

const FIELDS = [
  'topic',
  'messageId',
  'offsetMessageId',
  'tag',
  'keys',
  'queue',
  'queueOffset',
  'reconsumeTimes',
  'bornTimestamp',
  'storeTimestamp',
  'bornHost',
  'storeHost',
  'properties',
  'body',
]

function parseFields(list: string): string[] {
  const fields = list.split(',').map((field) => field.trim())
  for (const field of fields) {
    if (!FIELDS.includes(field) && !field.startsWith('properties.'))
      throw new InvalidArgumentError(`There is no "${field}": use ${FIELDS.join(', ')}, properties.NAME.`)
  }
  return fields
}

function fieldOf(json: Record<string, unknown>, field: string): unknown {
  const [, property] = /^properties\.(.+)$/s.exec(field) ?? []
  if (property === undefined) return json[field]
  const properties = json.properties as Record<string, string>
  return Object.hasOwn(properties, property) ? properties[property] : undefined
}

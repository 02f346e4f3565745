import type { Client, DeliveryTime, MessageContent, SendReceipt } from '@rocketeer/client'
import { messageOf } from '@rocketeer/foundation'
import type { Command } from 'commander'
import { CommandFailed, UsageError } from '../failure.js'
import { linesOf } from '../lines.js'
import { printJson, printLine, warn } from '../output.js'
import { collectPair, parseCount, parseWholeNumber } from '../parse.js'
import { parseDuration } from '../parse-time.js'
import { Progress } from '../progress.js'
import { addClusterFlags, type ClusterFlags, withClient } from '../session.js'

interface SendFlags extends ClusterFlags {
  key?: string
  tag?: string
  delayLevel?: number
  deliverAfter?: number
  priority?: number
  property?: Record<string, string>
  count: number
}

/** What is to be sent, each with its place in the input, from 1. */
interface Input {
  readonly bodies: AsyncIterable<[place: number, body: Buffer]> | Iterable<[place: number, body: string]>
  readonly unit: 'line' | 'message'
}

/** A message that was not sent. */
interface Failure {
  readonly place: number
  readonly error: unknown
}

/** How many sends may be under way at the same time. */
const IN_FLIGHT_MAX = 64

export function addSend(program: Command): void {
  const command = program
    .command('send')
    .description('send a message, or each line of standard input as one')
    .argument('<topic>', 'topic; created by the broker if that is allowed')
    .argument('[body]', 'text of the message; default: each line of standard input is a message')
    .option('-k, --key <key>', 'business key, to find the message again')
    .option('-t, --tag <tag>', 'tag, for consumers that want only some messages')
    .option('--delay-level <level>', "deliver after this level's delay (1 = 1s … 18 = 2h)", parseCount)
    .option(
      '--deliver-after <duration>',
      'deliver after this time, such as 90s, 30m, 2h or 3d',
      parseDuration,
    )
    .option('--priority <n>', 'priority from 0, the lowest; chooses the queue', parseWholeNumber)
    .option('--property <name=value>', 'user property; may be repeated', collectPair)
    .option('--count <n>', 'send the same message this many times', parseCount, 1)
  addClusterFlags(command)
    .addHelpText(
      'after',
      `
Examples:
  rocketeer send hello "my first message"
  rocketeer send order-paid '{"id":1}' --key order-1 --tag coupon
  rocketeer send hello later --delay-level 3
  rocketeer send hello "much later" --deliver-after 30m
  cat orders.jsonl | rocketeer send order-paid`,
    )
    .action(send)
}

async function send(topic: string, body: string | undefined, flags: SendFlags): Promise<void> {
  if (body === undefined && process.stdin.isTTY) {
    throw new UsageError('no body: give one, or pipe lines in (rocketeer send <topic> <body>)')
  }
  const message = {
    topic,
    key: flags.key,
    tag: flags.tag,
    priority: flags.priority,
    properties: flags.property,
    ...deliveryTimeOf(flags),
  }
  await withClient(flags, async (client) => {
    client.on('problem', (error) => warn('problem', messageOf(error)))
    const bodies = body === undefined ? linesOfInput() : repeated(body, flags.count)
    const unit = body === undefined ? 'line' : 'message'
    await sendAll(client, message, { bodies, unit }, flags.json === true)
  })
}

function deliveryTimeOf({ delayLevel, deliverAfter }: SendFlags): DeliveryTime {
  if (deliverAfter === undefined) return { delayLevel }
  if (delayLevel !== undefined) throw new UsageError('--delay-level and --deliver-after: give one of them')
  return { deliverAfterMs: deliverAfter }
}

async function sendAll(
  client: Client,
  message: Omit<MessageContent, 'body'> & DeliveryTime,
  { bodies, unit }: Input,
  json: boolean,
): Promise<void> {
  await using producer = client.producer({ group: 'rocketeer-cli' })
  const progress = new Progress()
  const receipts: SendReceipt[] = []
  const underway = new Set<Promise<void>>()
  const failures: Failure[] = []
  let sent = 0
  let last = 0
  for await (const [place, body] of bodies) {
    last = place
    const sending = producer
      .send({ ...message, body })
      .then((receipt) => {
        if (json || sent === 0) receipts.push(receipt)
        progress.update(`${++sent} sent`)
      })
      .catch((error: unknown) => {
        failures.push({ place, error })
      })
      .finally(() => underway.delete(sending))
    underway.add(sending)
    if (underway.size >= IN_FLIGHT_MAX) await Promise.race(underway)
    if (failures.length > 0) break
  }
  await Promise.all(underway)
  progress.done()
  if (sent > 0 || failures.length === 0) report(receipts, sent, json)
  if (failures.length > 0) throw failureOf(failures, last, unit)
}

/** Says what is left to send. Sends overlap, so others behind the first that failed may have been sent. */
function failureOf(failures: readonly Failure[], last: number, unit: Input['unit']): unknown {
  const [first, ...others] = [...failures].sort((a, b) => a.place - b.place)
  const { place, error } = first!
  if (last === 1 && unit === 'message') return error
  const except = [place, ...others.map((other) => other.place)].join(', ')
  const sent =
    place === last ? (place === 1 ? 'none before it' : `1 to ${place - 1}`) : `1 to ${last} except ${except}`
  return new CommandFailed(
    `${unit} ${place} was not sent: ${messageOf(error).replace(/[^.]$/, '$&.')} Sent: ${sent}. Not tried: ${unit}s from ${last + 1} on.`,
    error,
  )
}

function report(receipts: SendReceipt[], sent: number, json: boolean): void {
  if (json) printJson(receipts)
  else if (sent === 1) {
    const { status, messageId, queue, queueOffset } = receipts[0]!
    printLine(`${status}  ${messageId}  ${queue.brokerName} queue ${queue.queueId} offset ${queueOffset}`)
  } else printLine(`${sent} messages sent`)
}

function* repeated(body: string, count: number): Iterable<[number, string]> {
  for (let place = 1; place <= count; place++) yield [place, body]
}

/** Each line of standard input but empty ones, with its number. */
async function* linesOfInput(): AsyncIterable<[number, Buffer]> {
  let number = 0
  for await (const line of linesOf(process.stdin)) {
    number++
    if (line.length > 0) yield [number, line]
  }
}

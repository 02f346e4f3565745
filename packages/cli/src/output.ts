import type { Message } from '@rocketeer/client'
import Table from 'cli-table3'
import { errorColors, pc } from './colors.js'

/** Prints the result of a command with `--json`: one array or object and nothing else. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`)
}

const NO_BORDERS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
}

type Cell = string | number | undefined

/** Prints a table without borders, with numbers aligned to the right. Prints `nothing` when there are no rows. */
export function printTable(headings: string[], rows: Cell[][], nothing: string): void {
  if (rows.length === 0) {
    process.stdout.write(`${pc.dim(nothing)}\n`)
    return
  }
  const table = new Table({
    head: headings.map((heading) => pc.bold(heading)),
    chars: NO_BORDERS,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: headings.map((_, column) =>
      rows.every((row) => typeof row[column] !== 'string') ? 'right' : 'left',
    ),
  })
  for (const row of rows) table.push(row.map((cell) => (cell === undefined ? '-' : String(cell))))
  const lines = table.toString().split('\n')
  for (const line of lines) process.stdout.write(`${line.trimEnd()}\n`)
}

export function printLine(text = ''): void {
  process.stdout.write(`${text}\n`)
}

/** Writes a problem the command goes on after to stderr: what it is about in yellow, then the text. */
export function warn(about: string, text: string): void {
  process.stderr.write(`${errorColors.yellow(`${about}:`)} ${text}\n`)
}

/** Warns of nameservers that did not take a change: their clients go on as before. */
export function warnOfMissed(missed: readonly { address: string; answer: string }[]): void {
  for (const { address, answer } of missed)
    warn('not changed', `the nameserver ${address} ${answer}; repeat the command when it is back`)
}

/** Shows progress in one line of stderr, so that stdout stays fit for pipes. Shows nothing when stderr is no terminal. */
export class Progress {
  #shownAt = 0
  readonly #live = process.stderr.isTTY

  update(text: string): void {
    const now = Date.now()
    if (!this.#live || now - this.#shownAt < 100) return
    this.#shownAt = now
    process.stderr.write(`\r\u001b[K${errorColors.dim(text)}`)
  }

  done(): void {
    if (this.#live && this.#shownAt > 0) process.stderr.write('\r\u001b[K')
  }
}

/** RocketMQ's permission bits as users type them: `r`, `w`, `rw`. */
export function formatPermission(permission: number): string {
  return `${permission & 4 ? 'r' : ''}${permission & 2 ? 'w' : ''}` || 'none'
}

/** `2026-11-21 10:30:05.123` in local time. */
export function formatTime(timestamp: number): string {
  if (timestamp <= 0) return '-'
  const time = new Date(timestamp)
  const local = new Date(timestamp - time.getTimezoneOffset() * 60_000)
  return local.toISOString().replace('T', ' ').replace('Z', '')
}

/** Prints a message as one line: store time, location, tag, keys and body; or the message as a line of JSON. */
export function printMessageLine(message: Message, json: boolean): void {
  if (json) {
    printLine(JSON.stringify(message))
    return
  }
  const again = message.reconsumeTimes > 0 ? pc.yellow(` again ${message.reconsumeTimes}`) : ''
  const marks = [message.tag && `#${message.tag}`, message.keys.join(' ')].filter(Boolean).join(' ')
  printLine(
    `${pc.dim(`${formatTime(message.storeTimestamp)} ${placeOf(message)}`)} ${pc.cyan(marks)}${again} ${message.text()}`,
  )
}

/** Where a message is stored, as `broker-a/3@1024`: broker, queue id and queue offset. */
export function placeOf({ queue, queueOffset }: Message): string {
  return `${queue.brokerName}/${queue.queueId}@${queueOffset}`
}

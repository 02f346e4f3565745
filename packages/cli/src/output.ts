import Table from 'cli-table3'
import { errorColors, pc } from './colors.js'

/** One line of what is asked for, machine-readable: `--json` prints an array or object and nothing else. */
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

/** A plain table: headings, rows, numbers to the right. Says `nothing` when there are no rows. */
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

/** Progress goes to stderr so that stdout stays fit for pipes; on a terminal it rewrites its line. */
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

/** RocketMQ's permission bits as they are typed: `r`, `w`, `rw`. */
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

import { dim, styled, styledOf, type Text, yellow } from './styled.js'
import { type Cell, type TableOptions, tableLines } from './table.js'
import { visibleLines } from './visible.js'

export { formatCount } from '@rocketeer/foundation'

const gone = new AbortController()

/** Aborts when whoever read the output has gone, as `head` does after its lines. What is printed then is lost. */
export const readerGone: AbortSignal = gone.signal

/**
 * A reader that has enough is no failure: the command ends quietly, with exit code 0. Anything else that keeps output from
 * being written, such as a full disk, goes to `fail`.
 */
export function watchReader(fail: (error: Error) => void): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') gone.abort()
    else fail(error)
  })
  process.stderr.on('error', () => {})
}

/** Prints one line for people. Control characters in it are escaped, unless `styled` made them visible before. */
export function printLine(text: Text = ''): void {
  process.stdout.write(`${styledOf(text).for(process.stdout)}\n`)
}

/** Prints a text of several lines, such as a body. */
export function printText(text: string): void {
  process.stdout.write(`${visibleLines(text)}\n`)
}

/** Prints the result of a command with `--json`: one array or object and nothing else. JSON escapes control characters. */
export function printJson(value: unknown): void {
  process.stdout.write(`${visibleJson(JSON.stringify(value, null, 2))}\n`)
}

/** Prints one value in one line, for commands that print as they go. */
export function printJsonLine(value: unknown): void {
  process.stdout.write(`${visibleJson(JSON.stringify(value))}\n`)
}

/** JSON leaves DEL, C1 and bidirectional controls, and the separators of Unicode, as they are. */
function visibleJson(json: string): string {
  return json.replace(
    /[\u007f-\u009f\p{Zl}\p{Zp}\p{Bidi_Control}]/gu,
    (character) => `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`,
  )
}

/** Prints bytes as they are. */
export function printBytes(bytes: Uint8Array): void {
  process.stdout.write(bytes)
}

/** Resolves when the operating system has what was printed; without an effect when the reader has gone. */
export async function printed(): Promise<void> {
  if (!readerGone.aborted) await new Promise((resolve) => process.stdout.write('', resolve))
}

/** Prints a table, or `nothing` when there are no rows. */
export function printTable(
  headings: readonly string[],
  rows: readonly (readonly Cell[])[],
  nothing: string,
  options: Omit<TableOptions, 'columns'> = {},
): void {
  if (rows.length === 0) printLine(dim(nothing))
  else
    for (const line of tableLines(headings, rows, { ...options, columns: terminalColumns() })) printLine(line)
}

/** Columns of the terminal that stdout goes to; undefined without one. */
export function terminalColumns(): number | undefined {
  return process.stdout.isTTY ? process.stdout.columns || 80 : undefined
}

let asJson = false

/** From now on warnings and errors are written as JSON, a line each. */
export function reportAsJson(): void {
  asJson = true
}

/** Writes a problem the command goes on after to stderr: what it is about in yellow, then the text. */
export function warn(about: string, text: string): void {
  report({ warning: { about, message: text } }, styled`${yellow(`${about}:`)} `, text)
}

/** Writes to stderr: JSON where asked for, else a head and a text that may have several lines. */
export function report(json: object, head: Text, text: string): void {
  const line = asJson
    ? visibleJson(JSON.stringify(json))
    : `${styledOf(head).for(process.stderr)}${visibleLines(text.trimEnd())}`
  process.stderr.write(`${line}\n`)
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
  // Whoever sends a message names its times.
  if (Number.isNaN(local.getTime())) return String(timestamp)
  return local.toISOString().replace('T', ' ').replace('Z', '')
}

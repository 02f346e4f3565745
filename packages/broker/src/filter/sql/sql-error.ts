import { refusals } from '../../errors.js'

/** So much of a long line is shown on either side of the mistake. */
const EXCERPT_CHARS = 60

/** The error for a mistake at a character of an expression: its line and column from 1, and the line with a caret. */
export function sqlError(sql: string, at: number, problem: string) {
  const lineStart = sql.lastIndexOf('\n', at - 1) + 1
  const lineEnd = sql.indexOf('\n', at)
  const line = sql.slice(0, lineStart).split('\n').length
  const from = Math.max(lineStart, at - EXCERPT_CHARS)
  const to = Math.min(lineEnd < 0 ? sql.length : lineEnd, at + EXCERPT_CHARS)
  // A tab would move the caret away from what it points at.
  const shown = sql.slice(from, to).replace(/\s/g, ' ')
  const excerpt = `${shown}\n${' '.repeat(at - from)}^`
  return refusals.SQL_EXPRESSION_INVALID({ line, column: at - lineStart + 1, problem, excerpt })
}

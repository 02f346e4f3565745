import wrapAnsi from 'wrap-ansi'
import { type Styled, styledOf, type Text } from './styled.js'
import { visible } from './visible.js'

/**
 * The lines of a text in at most `width` columns of a terminal, broken between words, or within one that is longer; one
 * line where the width is undefined. Escapes control characters, so styles are added to the lines.
 */
export function wrapped(text: string, width: number | undefined): string[] {
  const shown = visible(text)
  return width === undefined ? [shown] : wrapAnsi(shown, width, { hard: true }).split('\n')
}

/** The lines of a text with an indent before each, and a style. */
export function wrappedLines(
  text: string,
  {
    columns,
    indent,
    style = styledOf,
  }: { columns: number | undefined; indent: string; style?: (text: Text) => Styled },
): Styled[] {
  const width = columns === undefined ? undefined : Math.max(1, columns - indent.length)
  return wrapped(text, width).map((line) => style(`${indent}${line}`))
}

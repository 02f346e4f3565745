import picocolors from 'picocolors'
import { visible } from './visible.js'

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'

interface Span {
  /** Escaped by `visible`. */
  readonly text: string
  readonly styles: readonly Style[]
}

/**
 * Text for people, whose control characters are escaped and whose colors are still to be added. Only the functions of this
 * file make it, so that no text of a message or of another machine reaches a terminal as it is.
 */
export class Styled {
  constructor(readonly spans: readonly Span[]) {}

  /** Without colors. */
  toString(): string {
    return this.spans.map(({ text }) => text).join('')
  }

  /** For a stream, with colors where it shows them. */
  for(stream: { isTTY?: boolean }): string {
    const colors = colorsFor(stream)
    return this.spans
      .map(({ text, styles }) => styles.reduce((styledText, style) => colors[style](styledText), text))
      .join('')
  }
}

export type Text = string | number | Styled | undefined

/** A template whose values are escaped, or are styled already; undefined is left out. */
export function styled(literals: TemplateStringsArray, ...values: readonly Text[]): Styled {
  const spans = literals.flatMap((literal, index) => [
    { text: literal, styles: [] },
    ...styledOf(values[index]).spans,
  ])
  return new Styled(spans.filter(({ text }) => text !== ''))
}

export function styledOf(text: Text): Styled {
  if (text instanceof Styled) return text
  return new Styled(text === undefined ? [] : [{ text: visible(String(text)), styles: [] }])
}

/** Parts with a separator between them, without those that are empty. */
export function joined(parts: readonly Text[], separator = ' '): Styled {
  const present = parts.map(styledOf).filter((part) => part.toString() !== '')
  const between = { text: separator, styles: [] }
  return new Styled(present.flatMap(({ spans }, index) => (index === 0 ? spans : [between, ...spans])))
}

const styling = (style: Style) => (text: Text) =>
  new Styled(styledOf(text).spans.map((span) => ({ ...span, styles: [...span.styles, style] })))

export const bold = styling('bold')
export const dim = styling('dim')
export const red = styling('red')
export const green = styling('green')
export const yellow = styling('yellow')
export const cyan = styling('cyan')

/** Another text in the style in which `like` begins. */
export function styledLike(like: Styled, text: string): Styled {
  const styles = like.spans[0]?.styles ?? []
  return new Styled(styledOf(text).spans.map((span) => ({ ...span, styles })))
}

/** A terminal gets colors, a pipe or file none. (picocolors alone also colors whatever runs under CI.) */
function colorsFor(stream: { isTTY?: boolean }) {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env
  return picocolors.createColors(
    !NO_COLOR && (Boolean(FORCE_COLOR) || (stream.isTTY === true && TERM !== 'dumb')),
  )
}

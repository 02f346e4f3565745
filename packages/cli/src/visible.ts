/** Control characters, line and paragraph separators, lone surrogates, and marks that turn the direction of writing. */
const INVISIBLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu

const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/**
 * The text in one line, with everything that a terminal would obey instead of showing it written as an escape: `\n`,
 * `\x1b`, `\u202e`. Bodies, keys and the texts of other machines may hold sequences that clear the screen, forge lines or
 * run commands in some terminals. The result cannot be read back exactly; `--json` and `--raw` are for programs.
 */
export function visible(text: string): string {
  return text.replace(INVISIBLE, escapeOf)
}

/** As `visible`, but line breaks (LF and CRLF) and tabs stay. */
export function visibleLines(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => line.split('\t').map(visible).join('\t'))
    .join('\n')
}

function escapeOf(character: string): string {
  const short = SHORT_ESCAPES[character]
  if (short !== undefined) return short
  const hex = character.codePointAt(0)!.toString(16)
  return hex.length <= 2 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`
}

import { isRocketeerError, messageOf } from '@rocketeer/foundation'
import { cutText } from '@rocketeer/protocol/record'

/** What is kept of an error. */
export interface DescribedError {
  name: string
  message: string
}

/** `fetch failed` says little without its cause, and that has often another one. */
const CAUSES_MAX = 3

/**
 * Name and text of what was thrown, with the texts of its causes. The name of an error with a code of Rocketeer's is that
 * code; what is no error has the name of its type.
 */
export function describeError(thrown: unknown): DescribedError {
  try {
    return { name: nameOf(thrown), message: textOf(thrown) }
  } catch {
    return { name: 'Error', message: messageOf(thrown) }
  }
}

function nameOf(thrown: unknown): string {
  if (isRocketeerError(thrown)) return thrown.code
  if (!(thrown instanceof Error)) return typeof thrown
  // A subclass has the name `Error` unless it sets one.
  return thrown.name === 'Error' ? thrown.constructor.name || 'Error' : String(thrown.name)
}

function textOf(thrown: unknown): string {
  let text = ownTextOf(thrown)
  let cause = causeOf(thrown)
  for (let depth = 0; cause instanceof Error && depth < CAUSES_MAX; depth++, cause = causeOf(cause)) {
    const further = ownTextOf(cause)
    if (further !== '' && !text.includes(further)) text = text === '' ? further : `${text}: ${further}`
  }
  return text
}

/** An error of several attempts to connect, as Node makes it, has a code and no text. */
function ownTextOf(thrown: unknown): string {
  const text = messageOf(thrown)
  return text === '' && thrown instanceof Error && 'code' in thrown ? String(thrown.code) : text
}

function causeOf(thrown: unknown): unknown {
  if (thrown instanceof AggregateError) return thrown.errors[0]
  return thrown instanceof Error ? thrown.cause : undefined
}

/** The text in one line of at most `bytesMax` bytes, without control characters or halves of characters. */
export function lineOf(text: string, bytesMax: number): string {
  // Whatever is behind that many characters has no room for sure; a stray half becomes U+FFFD.
  const line = Buffer.from(text.slice(0, 4 * bytesMax))
    .toString('utf8')
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim()
  return cutText(line, bytesMax).trim()
}

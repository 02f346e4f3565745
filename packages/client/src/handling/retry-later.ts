import { messageOf, option, parseOptions, z } from '@rocketeer/foundation'
import { DEAD_LETTER_REASON_BYTES_MAX } from '@rocketeer/protocol/record'
import { lineOf } from './failure-text.js'

/** When a message is delivered again, and why. */
export interface RetryLaterOptions {
  /** 1 is the first of the broker's `delayLevels`, 18 the last; 0, the default, lets the broker choose; -1 makes a dead letter. */
  delayLevel?: number | undefined
  /**
   * Milliseconds until the next delivery, for popped messages and for consumers in order, whose queue waits that long
   * (`suspendMs` by default). Others go by `delayLevel`.
   */
  afterMs?: number | undefined
  /** The error that made the handler fail. */
  cause?: unknown
}

/** Thrown by a handler that wants its message again at a time of its own choice. */
export class RetryLater extends Error {
  override readonly name = 'RetryLater'
  readonly delayLevel: number
  readonly afterMs: number | undefined
  constructor({ delayLevel = 0, afterMs, cause }: RetryLaterOptions) {
    super(textOf({ delayLevel, afterMs, cause }), { cause })
    this.delayLevel = delayLevel
    this.afterMs = afterMs
  }
}

function textOf({ delayLevel = 0, afterMs, cause }: RetryLaterOptions): string {
  const why = cause === undefined ? '' : `: ${messageOf(cause)}`
  if (delayLevel < 0) return `the handler made the message a dead letter${why}`
  const later = delayLevel > 0 ? `after the delay of level ${delayLevel}` : 'later'
  return `the handler wants the message again ${afterMs === undefined ? later : `in ${afterMs} ms`}${why}`
}

const schema = z.strictObject({
  delayLevel: z.int().min(-1).max(1_000).optional(),
  afterMs: option.wait().optional(),
  cause: z.unknown().optional(),
})

/**
 * `throw retryLater({ delayLevel: 5 })` in a handler: deliver again after that level's delay. In a consumer in order
 * `throw retryLater({ afterMs: 200 })`: the queue waits that long, then the message is handled again. For popped
 * messages both work, with the levels of the default `delayLevels`. A level above the highest is the highest. Throws
 * `OPTION_INVALID`.
 */
export function retryLater(options: RetryLaterOptions = {}): RetryLater {
  parseOptions(schema, options, 'retryLater')
  return new RetryLater(options)
}

/**
 * `throw toDeadLetters(error)` in a handler: the message becomes a dead letter without further retries. Its
 * `deadLetterReason` is the text of the error, which is reported as a problem, too.
 */
export function toDeadLetters(cause?: unknown): RetryLater {
  return new RetryLater({ delayLevel: -1, cause })
}

/** What made the handler fail: what it threw, or gave as the cause when it said what to do; undefined when it gave none. */
export function causeOf(thrown: unknown): unknown {
  return thrown instanceof RetryLater ? thrown.cause : thrown
}

/** The reason a dead letter carries; undefined when the handler gave none. */
export function deadLetterReasonOf(thrown: unknown): string | undefined {
  const cause = causeOf(thrown)
  return cause === undefined ? undefined : lineOf(messageOf(cause), DEAD_LETTER_REASON_BYTES_MAX)
}

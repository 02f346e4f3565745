import { option, parseOptions, z } from '@rocketeer/foundation'

/** When a postponed message is handled again, and why. */
export interface PostponeOptions {
  /** Milliseconds until then at the earliest, 1,000. While the queue is paused it waits for that to end, too. */
  afterMs?: number | undefined
  /** What kept the handler from handling it now. */
  cause?: unknown
}

const schema = z.strictObject({ afterMs: option.wait().default(1_000), cause: z.unknown().optional() })

/** Thrown by a handler whose message is to be handled later as if this delivery had not been. */
export class Postponed extends Error {
  override readonly name = 'Postponed'
  readonly afterMs: number
  constructor(options: PostponeOptions) {
    super('handle later, without counting this delivery', { cause: options.cause })
    this.afterMs = parseOptions(schema, options, 'postpone').afterMs
  }
}

/**
 * `throw postpone({ afterMs: 500 })` in a handler: nothing is wrong with the message, but it cannot be handled now. It stays
 * in the backlog of this consumer, unconsumed, and is handled again after that time; no retry is used up, however often.
 * A consumer in order keeps its queue waiting. A popped message goes back to its broker and to whichever member pops it
 * next; brokers before 5.5 count that delivery all the same. If the process ends meanwhile, the message is delivered
 * again. Throws `OPTION_INVALID`.
 */
export function postpone(options: PostponeOptions = {}): Postponed {
  return new Postponed(options)
}

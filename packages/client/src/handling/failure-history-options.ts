import { z } from '@rocketeer/foundation'
import { FAILED_ATTEMPTS_MAX, FAILURE_HISTORY_BYTES_MAX } from '@rocketeer/protocol/record'
import type { Message } from '../messages/received-message.js'
import type { DescribedError } from './failure-text.js'

/**
 * What is kept of an error, in place of `described`: its name, and its text with those of its causes. For texts that must not
 * be stored. Undefined leaves the attempt out of the history.
 */
export type DescribeFailure = (
  error: unknown,
  message: Message,
  described: DescribedError,
) => DescribedError | undefined

/** How much of the failed attempts at a message goes with it to its retries and dead letter, where `failuresOf` reads it. */
export interface FailureHistoryOptions {
  /** The most attempts, 20, at most 100: the first and the latest. */
  attemptsMax?: number | undefined
  /** Bytes of an error's text, 256; what is longer is cut. */
  messageBytesMax?: number | undefined
  /**
   * Bytes of the whole history, 2,048, at most 8,192. Where the properties of a message leave less room, attempts between
   * the first and the latest are left out, and texts become shorter.
   */
  bytesMax?: number | undefined
  /** What is kept of an error. */
  describe?: DescribeFailure | undefined
}

const schema = z.strictObject({
  attemptsMax: z.int().min(1).max(FAILED_ATTEMPTS_MAX).default(20),
  messageBytesMax: z.int().min(0).max(FAILURE_HISTORY_BYTES_MAX).default(256),
  bytesMax: z.int().min(256).max(FAILURE_HISTORY_BYTES_MAX).default(2_048),
  describe: z
    .custom<DescribeFailure>((value) => typeof value === 'function', 'a function is needed')
    .optional(),
})

export type FailureHistoryConfig = Readonly<z.output<typeof schema>>

export const failureHistoryOption = z.union([z.literal(false), schema]).prefault({})

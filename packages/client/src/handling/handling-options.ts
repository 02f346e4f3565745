import { z } from '@rocketeer/foundation'
import type { Message } from '../messages/received-message.js'

/** What a handler gets besides the message. */
export interface HandlerContext {
  /**
   * Aborted when the result does not count any more: after `consumeTimeoutMs`, when the queue went to another consumer
   * (or the time of a popped message ran out), or when `close` ran out of patience. The message is delivered again in each case.
   */
  readonly signal: AbortSignal
}

/** Returns: consumed. Throws: delivered again later, see `retryLater`. */
export type Handle = (message: Message, context: HandlerContext) => unknown

/** One outcome for all messages of a batch, which are of one queue. */
export type HandleBatch = (messages: readonly Message[], context: HandlerContext) => unknown

const functionOf = <Type>() => z.custom<Type>((value) => typeof value === 'function', 'a function is needed')

/** How a push consumer handles messages. */
export const handlingOptions = {
  handle: functionOf<Handle>().optional(),
  /** Instead of `handle`. */
  handleBatch: functionOf<HandleBatch>().optional(),
  /** Handlers running at the same time. Apache: consumeThreadMin. */
  concurrency: z.int().positive().max(65_535).default(20),
  /** Messages given to `handleBatch` at once, at most. Apache: consumeMessageBatchMaxSize. */
  batchSize: z.int().positive().max(1024).default(1),
  /** A handler that takes longer loses its message, which is delivered again; not in order. Apache: consumeTimeout. */
  consumeTimeoutMs: z
    .int()
    .positive()
    .default(15 * 60_000),
  /**
   * Deliveries before the dead-letter queue; left out, the group's setting at the broker counts (16), for what is popped
   * 16, and in order there is no limit.
   */
  maxReconsumeTimes: z.int().min(0).optional(),
  /** How long `close` waits for handlers that run. */
  closeTimeoutMs: z.int().min(0).default(30_000),
}

export type HandlingConfig = Readonly<z.output<z.ZodObject<typeof handlingOptions>>>

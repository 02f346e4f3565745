import { option, z } from '@rocketeer/foundation'
import type { Message } from '../messages/received-message.js'
import { type FailureHistoryOptions, failureHistoryOption } from './failure-history-options.js'

/** What a handler gets besides the message. */
export interface HandlerContext {
  /** Of the consumer. */
  readonly group: string
  /**
   * Aborted when the result no longer counts: after `consumeTimeoutMs`, when the queue went to another consumer (or the
   * invisible time of a popped message ran out), or when `close` has waited for `closeTimeoutMs`. The message is
   * delivered again in each case.
   */
  readonly signal: AbortSignal
}

/** Handles a message: when it returns or resolves, the message is consumed; when it throws, it is delivered again later. */
export type Handle = (message: Message, context: HandlerContext) => unknown

/** Handles messages of one queue at once: one outcome for all of them. */
export type HandleBatch = (messages: readonly Message[], context: HandlerContext) => unknown

const functionOf = <Type>() => z.custom<Type>((value) => typeof value === 'function', 'a function is needed')

/** How a push consumer handles messages: one by one or in batches. */
export type HandlingOptions = HandlingLimits & (HandleEach | HandleBatches)

/** Handles messages one by one. */
export interface HandleEach {
  /**
   * Called with each message. Throw `retryLater(…)`, `postpone(…)` or `toDeadLetters(…)` to say what happens after a
   * failure.
   */
  handle: Handle
  handleBatch?: undefined
  batchSize?: 1 | undefined
}

/** Handles several messages of a queue at once. */
export interface HandleBatches {
  handle?: undefined
  /** Called with up to `batchSize` messages of a queue. One outcome for all of them; throw as in `handle`. */
  handleBatch: HandleBatch
  /** The most messages given to `handleBatch` at once, 1. Apache: consumeMessageBatchMaxSize. */
  batchSize?: number | undefined
}

/** How many messages a push consumer handles at the same time, how long and how often. */
export interface HandlingLimits {
  /** The most handlers running at the same time, 20. Apache: consumeThreadMin. */
  concurrency?: number | undefined
  /**
   * How long a handler may keep a message before it is delivered again, 900,000 ms (15 minutes). Consumers in order
   * have no such limit. Apache: consumeTimeout.
   */
  consumeTimeoutMs?: number | undefined
  /**
   * Deliveries after the first before a message is a dead letter. By default the group's `retriesMax` at the broker
   * (16), 16 for popped messages, and no limit in order. Apache: maxReconsumeTimes.
   */
  retriesMax?: number | undefined
  /**
   * What goes with a message of each failed attempt: the error's name and text, when it was, the client and how long the
   * handler took; up to 2 KiB in all. False: nothing.
   */
  failureHistory?: FailureHistoryOptions | false | undefined
  /** How long `close` waits for running handlers, 30,000 ms. */
  closeTimeoutMs?: number | undefined
}

export const handlingOptions = {
  handle: functionOf<Handle>().optional(),
  handleBatch: functionOf<HandleBatch>().optional(),
  concurrency: z.int().positive().max(65_535).default(20),
  batchSize: z.int().positive().max(1024).default(1),
  consumeTimeoutMs: option.milliseconds().default(15 * 60_000),
  retriesMax: z.int().min(0).optional(),
  failureHistory: failureHistoryOption,
  closeTimeoutMs: option.wait().default(30_000),
}

export type HandlingConfig = Readonly<z.output<z.ZodObject<typeof handlingOptions>>>

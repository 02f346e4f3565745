import { channels } from '../channels.js'
import { clientErrors } from '../errors.js'
import type { Message } from '../messages/received-message.js'

/** One call of a handler: one message, and how that ended. */
export interface HandlerOutcome {
  group: string
  message: Message
  /** What the handler threw; undefined when the message is consumed. */
  error: unknown
  /** Milliseconds of real time. */
  elapsedMs: number
}

/** Options of `WatchedHandlers.consumed`. */
export interface ConsumedOptions {
  /** Which consumer group; any unless given. */
  group?: string | undefined
  /** The longest real time to wait, 4,000 ms: below the 5 s that vitest gives a test. */
  withinMs?: number | undefined
}

const CONSUMED_WITHIN_MS_DEFAULT = 4_000

interface Waiting {
  readonly group: string | undefined
  readonly messageId: string
  readonly resolve: (message: Message) => void
}

/** What the handlers of all consumers of this thread have done since it was made by `watchHandlers`. */
export class WatchedHandlers implements Disposable {
  /** Every call that is over, in the order in which they ended. */
  readonly outcomes: HandlerOutcome[] = []
  readonly #waiting = new Set<Waiting>()

  constructor() {
    channels.consume.subscribe(this.#onOutcome)
  }

  /**
   * Resolves to the message when a handler of the group has consumed it, or at once if one has already: `sent` is what
   * `send` resolved to, or a message id. Rejects with `NOT_CONSUMED`, which says how often it was tried and what the last
   * attempt threw, after `withinMs` of real time. It does not move a `ManualClock`: a retry comes when the test has moved it.
   */
  consumed(
    sent: string | { readonly messageId: string },
    { group, withinMs = CONSUMED_WITHIN_MS_DEFAULT }: ConsumedOptions = {},
  ): Promise<Message> {
    const messageId = typeof sent === 'string' ? sent : sent.messageId
    const found = this.#outcomesOf(messageId, group).find(({ error }) => error === undefined)
    if (found) return Promise.resolve(found.message)
    return new Promise((resolve, reject) => {
      const waiting = { group, messageId, resolve: (message: Message) => end(() => resolve(message)) }
      const timer = setTimeout(
        () => end(() => reject(this.#notConsumed(messageId, group, withinMs))),
        withinMs,
      )
      const end = (settle: () => void) => {
        clearTimeout(timer)
        this.#waiting.delete(waiting)
        settle()
      }
      this.#waiting.add(waiting)
    })
  }

  /** Notes nothing more. */
  stop(): void {
    channels.consume.unsubscribe(this.#onOutcome)
  }

  [Symbol.dispose](): void {
    this.stop()
  }

  readonly #onOutcome = (published: unknown) => {
    const outcome = published as HandlerOutcome
    this.outcomes.push(outcome)
    if (outcome.error !== undefined) return
    for (const { group, messageId, resolve } of this.#waiting) {
      const isOfGroup = group === undefined || group === outcome.group
      if (isOfGroup && messageId === outcome.message.messageId) resolve(outcome.message)
    }
  }

  #outcomesOf(messageId: string, group: string | undefined): HandlerOutcome[] {
    return this.outcomes.filter(
      (outcome) =>
        outcome.message.messageId === messageId && (group === undefined || group === outcome.group),
    )
  }

  #notConsumed(messageId: string, group: string | undefined, withinMs: number): Error {
    const attempts = this.#outcomesOf(messageId, group)
    const lastError = attempts.at(-1)?.error
    return clientErrors.NOT_CONSUMED({ messageId, group, withinMs, attempts: attempts.length, lastError })
  }
}

/**
 * Notes from now on what the handlers of all consumers of this thread do:
 *
 *     using handlers = watchHandlers()
 *     const receipt = await producer.send({ topic: 'order-paid', body: 'order-1' })
 *     await handlers.consumed(receipt, { group: 'coupon' })
 */
export function watchHandlers(): WatchedHandlers {
  return new WatchedHandlers()
}

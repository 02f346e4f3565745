import { EventEmitter } from 'node:events'
import { Resources, warnOfUnheard } from '@rocketeer/foundation'
import { toolkitErrors } from '../errors.js'

/** Longer than a slow statement takes, and shorter than what ends a container. */
const CLOSE_MS_MAX = 10_000

/** The events of every worker. */
export interface WorkerEvents {
  /**
   * A failure in the background; the work is tried again. `source` says what it concerns, for example `{ key: 'order-7' }`.
   * When nobody listens, the process is warned once for each kind of problem.
   */
  problem: [error: unknown, source: WorkerSource]
}

/** What a problem of a worker concerns, as far as it is known. */
export type WorkerSource = Readonly<Record<string, string | number>>

/**
 * Work that goes on in the background until it is closed: by `close()`, `await using`, or the signal it was given.
 * A subclass adds what it opens to `resources`, which are closed in the reverse order.
 */
export abstract class Worker extends EventEmitter<WorkerEvents> implements AsyncDisposable {
  /** @internal */
  protected readonly resources = new Resources()
  readonly #subject: string
  #closing: Promise<void> | undefined

  /** @internal `subject` names the worker in warnings: `the outbox relay (table "outbox")`. */
  constructor(subject: string, signal: AbortSignal | undefined) {
    super()
    this.#subject = subject
    if (!signal) return
    const onAbort = () => void this.close().catch((error: unknown) => this.report(error))
    // An aborted signal closes what the subclass opens, too, so its constructor has to be over.
    if (signal.aborted) queueMicrotask(onAbort)
    else signal.addEventListener('abort', onAbort, { once: true })
    this.resources.defer(() => signal.removeEventListener('abort', onAbort))
  }

  /** Whether `close` was called: what runs longer looks here whether to end early. */
  get isClosed(): boolean {
    return this.#closing !== undefined
  }

  /**
   * Begins nothing new, and resolves when what is under way is over. Statements of a database that hangs are not waited for
   * any longer than 10 s; then `problem` tells of it (`CLOSE_TIMED_OUT`).
   */
  close(): Promise<void> {
    this.#closing ??= this.resources.close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** Has `close` called when the worker is closed. What it waits for is a database, which may never answer. */
  protected closeInTime(close: () => Promise<unknown>): void {
    this.resources.defer(async () => {
      let timer: NodeJS.Timeout | undefined
      // Real time: no manual clock moves a database.
      const late = new Promise<boolean>((resolve) => {
        timer = setTimeout(() => resolve(true), CLOSE_MS_MAX)
      })
      const closing = close().then(() => false)
      if (await Promise.race([closing, late]).finally(() => clearTimeout(timer)))
        this.report(toolkitErrors.CLOSE_TIMED_OUT({ closeMsMax: CLOSE_MS_MAX }))
      closing.catch(() => {})
    })
  }

  /**
   * Closes the worker when what it works with closes, as a producer does with its client: it could do nothing any more, and
   * would hold the process that has closed its client.
   */
  protected closeWith(member: object): void {
    if (!(member instanceof EventEmitter)) return
    const onClose = () => void this.close().catch((error: unknown) => this.report(error))
    member.once('close', onClose)
    this.resources.defer(() => void member.off('close', onClose))
  }

  protected report(error: unknown, source: WorkerSource = {}): void {
    if (this.emit('problem', error, source)) return
    warnOfUnheard({
      error,
      subject: this.#subject,
      howToListen: "worker.on('problem', (error, source) => …)",
    })
  }
}

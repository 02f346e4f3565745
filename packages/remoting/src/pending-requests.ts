import type { Command, FieldTable, FieldValues, Frame, HeaderFields } from '@rocketeer/protocol'
import type { CallOptions, Response } from './connection.js'
import { remotingErrors } from './errors.js'

/** Apache: the timeout of most client calls. */
const REQUEST_TIMEOUT_MS_DEFAULT = 3_000

/** Shortest time between two passes over the deadlines: a timeout may be late by this, and passes stay under 100 a second. */
const EXPIRY_INTERVAL_MS_MIN = 10

// biome-ignore lint/suspicious/noExplicitAny: one table holds requests of all commands; `add` restores the type
type AnyCommand = Command<any, any>

interface PendingRequest {
  readonly command: AnyCommand
  readonly timeoutMs: number
  readonly deadline: number
  readonly mayWait: boolean | undefined
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly resolve: (response: Response<any>) => void
  readonly reject: (reason: unknown) => void
  /** Removes the listener from the caller's signal. */
  readonly unwatch: (() => void) | undefined
}

class ReceivedResponse<Fields extends FieldTable> implements Response<Fields> {
  readonly code: number
  readonly remark: string | undefined
  readonly body: Buffer
  readonly #command: AnyCommand
  readonly #header: HeaderFields
  #fields: FieldValues<Fields> | undefined

  constructor(frame: Frame, command: AnyCommand) {
    this.code = frame.code
    this.remark = frame.remark
    this.body = frame.body
    this.#command = command
    this.#header = frame.fields
  }

  get fields(): FieldValues<Fields> {
    this.#fields ??= this.#command.response.decode(this.#header) as FieldValues<Fields>
    return this.#fields
  }
}

interface PendingRequestsNeeds {
  /** Of the peer; named in errors. */
  readonly address: string
  readonly pendingMax: number
  /** Called for each request that timed out, with the time it was sent (`performance.now()`). */
  readonly onTimeout: (sentAt: number) => void
}

/** Requests sent over one connection that wait for their answer, by opaque. One timer serves all their timeouts. */
export class PendingRequests {
  readonly #needs: PendingRequestsNeeds
  readonly #byOpaque = new Map<number, PendingRequest>()
  #timer: NodeJS.Timeout | undefined
  #timerAt = Number.POSITIVE_INFINITY
  #opaque = 0

  constructor(needs: PendingRequestsNeeds) {
    this.#needs = needs
  }

  /** When the oldest request that still waits was sent (`performance.now()`). */
  get oldestSentAt(): number | undefined {
    for (const request of this.#byOpaque.values()) return sentAtOf(request)
    return undefined
  }

  /** Throws `TOO_MANY_PENDING`. */
  refuseWhenFull(): void {
    const { address, pendingMax } = this.#needs
    if (this.#byOpaque.size >= pendingMax) throw remotingErrors.TOO_MANY_PENDING({ address, pendingMax })
  }

  /** The opaque of the next request; wraps around within Java's positive `int`. */
  nextOpaque(): number {
    this.#opaque = (this.#opaque + 1) & 0x7fffffff
    return this.#opaque
  }

  add<R extends FieldTable>(
    opaque: number,
    command: AnyCommand,
    options: CallOptions | undefined,
  ): Promise<Response<R>> {
    return new Promise<Response<R>>((resolve, reject) => {
      const timeoutMs = options?.timeoutMs ?? REQUEST_TIMEOUT_MS_DEFAULT
      const deadline = performance.now() + timeoutMs - (options?.spentMs ?? 0)
      const signal = options?.signal
      const unwatch = signal && this.#watch(opaque, signal)
      this.#byOpaque.set(opaque, {
        command,
        timeoutMs,
        deadline,
        mayWait: options?.mayWait,
        resolve,
        reject,
        unwatch,
      })
      if (deadline < this.#timerAt) this.#arm(deadline)
    })
  }

  /** Resolves the request that `frame` answers; drops an answer that is too late or matches no request. */
  answer(frame: Frame): void {
    const pending = this.#take(frame.opaque)
    pending?.resolve(new ReceivedResponse(frame, pending.command))
  }

  /** The oldest request whose answer does not wait for a message or a handler, in words. */
  describe(): string | undefined {
    if (this.#byOpaque.size === 0) return undefined
    for (const [opaque, { command, mayWait }] of this.#byOpaque) {
      if (!mayWait) return `the request ${command.name} (${opaque}) to ${this.#needs.address}`
    }
    return undefined
  }

  failAll(reasonOf: () => Error): void {
    clearTimeout(this.#timer)
    for (const opaque of [...this.#byOpaque.keys()]) this.#take(opaque)?.reject(reasonOf())
  }

  #take(opaque: number): PendingRequest | undefined {
    const pending = this.#byOpaque.get(opaque)
    if (pending === undefined) return undefined
    this.#byOpaque.delete(opaque)
    pending.unwatch?.()
    return pending
  }

  #watch(opaque: number, signal: AbortSignal): () => void {
    const onAbort = () => this.#take(opaque)?.reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    return () => signal.removeEventListener('abort', onAbort)
  }

  #arm(deadline: number): void {
    clearTimeout(this.#timer)
    const delayMs = Math.max(EXPIRY_INTERVAL_MS_MIN, Math.ceil(deadline - performance.now()))
    this.#timerAt = deadline
    this.#timer = setTimeout(this.#afterReading, delayMs)
  }

  /** When the event loop was blocked, the answer may lie in the socket: it is read before this immediate runs. */
  readonly #afterReading = () => setImmediate(this.#expire)

  readonly #expire = () => {
    const now = performance.now()
    let next = Number.POSITIVE_INFINITY
    for (const [opaque, request] of this.#byOpaque) {
      const { deadline, command, timeoutMs } = request
      if (deadline > now) next = Math.min(next, deadline)
      else {
        const facts = { address: this.#needs.address, command: command.name, timeoutMs }
        this.#take(opaque)?.reject(remotingErrors.REQUEST_TIMEOUT(facts))
        this.#needs.onTimeout(sentAtOf(request))
      }
    }
    this.#timerAt = Number.POSITIVE_INFINITY
    if (next < Number.POSITIVE_INFINITY) this.#arm(next)
  }
}

/** Not kept as a number of its own: every request would pay for it. */
function sentAtOf({ deadline, timeoutMs }: PendingRequest): number {
  return deadline - timeoutMs
}

import { setTimeout as pause } from 'node:timers/promises'
import { isRocketeerError, messageOf, RocketeerError } from '@rocketeer/foundation'
import { ResponseCode } from '@rocketeer/protocol'
import { answerOf, isQueueRefused } from '../answers.js'
import { clientErrors, MAY_BE_STORED } from '../errors.js'
import { type MessageQueue, queueKey } from '../routing/message-queue.js'

/** Answers after which another broker may succeed. Apache: DefaultMQProducer.retryResponseCodes. */
const RETRY_ANSWERS: ReadonlySet<number> = new Set([
  ResponseCode.TOPIC_NOT_EXIST,
  ResponseCode.SERVICE_NOT_AVAILABLE,
  ResponseCode.SYSTEM_ERROR,
  ResponseCode.SYSTEM_BUSY,
  ResponseCode.NO_PERMISSION,
  ResponseCode.NO_BUYER_ID,
  ResponseCode.NOT_IN_CURRENT_UNIT,
  ResponseCode.GO_AWAY,
])

/** Before the same brokers are asked again: 50 ms, then twice as long each time, and up to half as much by chance. */
const PAUSE_MS = 50
/** A broker that is busy or fails is not to be pressed; whether one is up again costs nearly nothing to try. */
const FAILED_PAUSE_MS_MAX = 1_000
const UNREACHABLE_PAUSE_MS_MAX = 250

/**
 * What a failed attempt means for the send.
 *
 * | kind         | the failure                                                               | costs an attempt |
 * | ------------ | ------------------------------------------------------------------------- | ---------------- |
 * | `not-sent`   | no broker got anything: it cannot be reached, or none is known            | no               |
 * | `queue-gone` | refused because the topic has fewer queues by now                         | no               |
 * | `again`      | refused for a reason that may pass, or nobody knows whether it was stored | yes              |
 * | `final`      | refused for good, or a mistake of the caller                              |                  |
 */
export type FailureKind = 'not-sent' | 'queue-gone' | 'again' | 'final'

export interface AttemptsNeeds {
  readonly topic: string
  readonly timeoutMs: number
  /** By `performance.now()`. */
  readonly deadline: number
  /** Attempts that a broker may have got. */
  readonly attemptsMax: number
  /** As Math.random. */
  readonly random: () => number
  readonly signal: AbortSignal | undefined
}

/** Failures of the connection: a broker may have got the request, and even carried it out. */
const OUTCOME_UNKNOWN: ReadonlySet<string> = new Set([
  'REQUEST_TIMEOUT',
  'CONNECTION_CLOSED',
  'CONNECTION_IDLE',
  'CONNECTION_SILENT',
  'WRITE_STALLED',
  'FRAME_MALFORMED',
  'FRAME_TOO_LARGE',
  'BODY_MALFORMED',
  'HEADER_FIELD_MISSING',
  'HEADER_FIELD_INVALID',
])

/** The failures of one send, made at the first of them: whether it is tried again, where not, and after what pause. */
export class Attempts {
  readonly #needs: AttemptsNeeds
  /** By what they failed with: how many. */
  readonly #failures = new Map<string, number>()
  #made = 0
  /** Nobody knows the outcome of one of the attempts. */
  #mayBeStored = false
  #last: unknown
  #pauses = 0
  #lookedAgain = false
  /** Those that failed since the last pause. */
  readonly #brokers = new Set<string>()
  readonly #queuesGone = new Set<string>()

  constructor(needs: AttemptsNeeds) {
    this.#needs = needs
  }

  /** False for a queue that is gone and for a broker that failed, until the next pause. */
  mayTry(queue: MessageQueue): boolean {
    return !this.#brokers.has(queue.brokerName) && !this.isGone(queue)
  }

  isGone(queue: MessageQueue): boolean {
    return this.#queuesGone.has(queueKey(queue))
  }

  /** Notes a failure; throws the error when it is final. */
  failed(error: unknown, queue: MessageQueue | undefined): FailureKind {
    if (this.#needs.signal?.aborted) throw error
    // The time was up while the route was looked for again: what failed before says more, and may have sent the message.
    if (this.#last !== undefined && isRocketeerError(error, 'SEND_TIMEOUT')) throw this.#overdue(this.#last)
    const kind = isRocketeerError(error, 'QUEUE_UNKNOWN') ? this.#kindOfUnknown() : kindOf(error)
    if (isRocketeerError(error) && OUTCOME_UNKNOWN.has(error.code) && !isNotSent(error))
      this.#mayBeStored = true
    if (kind === 'final') throw this.#withOutcome(error)
    this.#last = error
    const text = messageOf(error)
    this.#failures.set(text, (this.#failures.get(text) ?? 0) + 1)
    if (kind === 'again') this.#made++
    if (queue === undefined) return kind
    if (kind === 'queue-gone') this.#queuesGone.add(queueKey(queue))
    else this.#brokers.add(queue.brokerName)
    return kind
  }

  /** Throws the error for the caller when there is no time or no attempt left. */
  throwIfOver(error: unknown): void {
    if (this.#remainingMs < 1) throw this.#overdue(error)
    if (this.#made >= this.#needs.attemptsMax) throw this.#withAttempts(error)
  }

  /** Waits before the same brokers are tried again. Throws when no time is left for it. */
  async pause(error: unknown, kind: FailureKind): Promise<void> {
    const { random, signal } = this.#needs
    const maxMs = kind === 'again' ? FAILED_PAUSE_MS_MAX : UNREACHABLE_PAUSE_MS_MAX
    const pauseMs = Math.min(PAUSE_MS * 2 ** this.#pauses++, maxMs) * (1 + random() / 2)
    if (pauseMs >= this.#remainingMs)
      throw kind === 'again' ? this.#withAttempts(error) : this.#overdue(error)
    await pause(pauseMs, undefined, signal && { signal }).catch(() => signal?.throwIfAborted())
    this.#brokers.clear()
    this.#queuesGone.clear()
  }

  /** Waits for `promise` no longer than the send may take; never rejects. */
  async inTime(promise: Promise<unknown>): Promise<void> {
    const timer = new AbortController()
    const late = pause(Math.max(0, this.#remainingMs), undefined, { signal: timer.signal })
    await Promise.race([promise, late]).catch(() => undefined)
    timer.abort()
    late.catch(() => undefined)
  }

  get #remainingMs(): number {
    return this.#needs.deadline - performance.now()
  }

  /** The route does not list the queue that the caller wants: a new one may. */
  #kindOfUnknown(): FailureKind {
    if (this.#lookedAgain) return 'final'
    this.#lookedAgain = true
    return 'queue-gone'
  }

  #overdue(error: unknown): unknown {
    if (this.#made === 0 && !isRocketeerError(error, 'REQUEST_TIMEOUT')) return this.#withAttempts(error)
    const { topic, timeoutMs } = this.#needs
    const attempts = [...this.#failures].map(([text, count]) =>
      count === 1 ? text : `${text} (${count} times)`,
    )
    return clientErrors.SEND_TIMEOUT({ topic, timeoutMs, attempts, sent: this.#mayBeStored }, error)
  }

  /** Says so when the message may be stored, whatever the last error is about. */
  #withOutcome(error: unknown): unknown {
    if (!this.#mayBeStored || !isRocketeerError(error)) return error
    const { code, message, retryable, details, responseCode } = error
    const text = `${message.replace(/[^.]$/, '$&.')} ${MAY_BE_STORED}`
    return new RocketeerError(code, text, retryable, { ...details, sent: true }, responseCode, {
      cause: error,
    })
  }

  /** The last failure, with what was tried before it. */
  #withAttempts(error: unknown): unknown {
    const { code, message, retryable, details, responseCode } = error as RocketeerError
    const count = [...this.#failures.values()].reduce((sum, each) => sum + each, 0)
    if (count === 1) return this.#withOutcome(error)
    const { timeoutMs } = this.#needs
    const before = [...this.#failures.keys()].filter((text) => text !== message)
    const others = before.length === 0 ? '' : `, before with: ${before.join('; ')}`
    const text = `${message.replace(/[^.]$/, '$&.')} This was the outcome of attempt ${count} within ${timeoutMs} ms (sendTimeoutMs)${others}.`
    const tried = { ...details, attempts: count }
    return this.#withOutcome(new RocketeerError(code, text, retryable, tried, responseCode, { cause: error }))
  }
}

function kindOf(error: unknown): FailureKind {
  if (!isRocketeerError(error)) return 'final'
  if (isRocketeerError(error, 'SEND_TIMEOUT')) return 'final'
  if (isQueueRefused(error)) return 'queue-gone'
  if (isNotSent(error)) return 'not-sent'
  const answer = answerOf(error)
  const mayHelp = answer !== undefined ? RETRY_ANSWERS.has(answer) : error.retryable
  return mayHelp ? 'again' : 'final'
}

/** Whether a call failed before anything of it left: making it again doubles nothing. */
export function isNotSent(error: unknown): boolean {
  if (isRocketeerError(error, 'NO_ROUTE')) return error.details.brokersKnown === 0
  if (isRocketeerError(error, 'REQUEST_TIMEOUT') || isRocketeerError(error, 'CONNECTION_CLOSED')) {
    return error.details.sent === false
  }
  return (
    isRocketeerError(error, 'BROKER_UNREACHABLE') ||
    isRocketeerError(error, 'BROKER_UNKNOWN') ||
    isRocketeerError(error, 'NAMESERVERS_UNREACHABLE')
  )
}

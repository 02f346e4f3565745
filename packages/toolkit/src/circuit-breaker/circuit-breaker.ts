import { channel } from 'node:diagnostics_channel'
import {
  type Client,
  type Consumer,
  type ConsumerOptions,
  type HandlerContext,
  type Message,
  postpone,
} from '@rocketeer/client'
import { messageOf, parseOptions, sleep, type Timer } from '@rocketeer/foundation'
import { isChosenByHandler } from '../chosen-by-handler.js'
import { toolkitErrors } from '../errors.js'
import { givenClient, givenFunction } from '../given.js'
import { HealthWatch } from '../health/health-watch.js'
import { Worker } from '../worker/worker.js'
import { Admission } from './admission.js'
import {
  type CircuitBreakerConfig,
  type CircuitBreakerOptions,
  type CircuitBreakerStatus,
  type CircuitState,
  circuitBreakerSchema,
} from './breaker-options.js'
import { OutageCounts } from './outage-counts.js'

/** Each change of state: `{ name, from, to, error }`. */
const changes = channel('rocketeer:toolkit:circuit-breaker')

/** How often the time that it stays open doubles at most: beyond that a number would overflow. */
const DOUBLINGS_MAX = 20

interface Outage {
  readonly error: unknown
}

/**
 * Holds messages back while a dependency is down, instead of burning their retries:
 *
 *     const breaker = new CircuitBreaker({ name: 'coupons', probe: sqlProbe(database) })
 *     breaker.consumer(mq, { group: 'coupon', subscribe: { paid: '*' }, handle: grantCoupon })
 *
 *     closed ── failuresToOpen outages in a row ──▶ open: consumers are paused, the probe is asked
 *       ▲                                            ▲  │ healthy, and openMs are over
 *       │                                   an outage │  ▼
 *       └────────── successesToClose ────────────── half-open: a message at a time, then two, then three …
 *
 * Each process has a breaker of its own. Other failures of handlers go the way of any failed message.
 */
export class CircuitBreaker extends Worker {
  readonly #config: CircuitBreakerConfig
  readonly #watch: HealthWatch
  readonly #consumers = new Set<Consumer>()
  readonly #admission = new Admission()
  readonly #outages = new OutageCounts()
  /** Who pauses the consumers. */
  readonly #pauser: string
  #state: CircuitState = 'closed'
  #since: number
  /** Grows with each change of state: what began before it does not count. */
  #era = 0
  #failures = 0
  #successes = 0
  #opened = 0
  /** Times in a row that it opened while it was half-open. */
  #reopened = 0
  #openUntil: number | undefined
  #openTimer: Timer | undefined
  #lastError: string | undefined
  #runsUnderway = 0
  /** Open, and not probing, because nobody waits. */
  #isResting = false

  /** Throws `OPTION_INVALID`. */
  constructor(options: CircuitBreakerOptions) {
    const config = parseOptions(circuitBreakerSchema, options, 'CircuitBreaker')
    const { name, clock } = config
    super(`the circuit breaker "${name}"`, config.signal)
    this.#config = config
    this.#pauser = `circuit breaker ${name}`
    this.#since = clock.now()
    this.#watch = new HealthWatch({
      name: `the circuit breaker "${name}"`,
      clock,
      config,
      onChange: () => this.#tryHalfOpen(),
    })
    this.resources.use(this.#watch)
    this.resources.defer(() => {
      this.#openTimer?.cancel()
      this.#admission.refuseWaiting()
    })
  }

  get status(): CircuitBreakerStatus {
    return {
      name: this.#config.name,
      state: this.#state,
      since: this.#since,
      failures: this.#failures,
      opened: this.#opened,
      lastError: this.#lastError,
      openUntil: this.#openUntil,
      concurrency: this.#admission.limit,
      health: this.#watch.status,
      groups: [...this.#consumers].map(({ group }) => group),
    }
  }

  /**
   * Makes a push consumer that this breaker guards; `client.consumer` says what the options are and what is thrown. Close
   * the consumer before the breaker: of a closed breaker that was open, consumers stay paused.
   */
  consumer(client: Client, options: ConsumerOptions): Consumer {
    const consumer = givenClient(client, 'CircuitBreaker.consumer').consumer(this.#guarded(options))
    if (this.#state === 'open') consumer.pause(undefined, this.#pauser)
    this.#consumers.add(consumer)
    this.#wake()
    consumer.on('close', () => this.#leave(consumer))
    return consumer
  }

  /**
   * For work of other kinds, for example on the messages of a pull consumer: waits while the breaker is open, does the
   * work, and does it again after an outage, `outagesMax` times at most. Rejects with what the work threw, with the
   * signal's reason, or with `WORKER_CLOSED`.
   */
  async run<Result>(
    work: () => Result | Promise<Result>,
    { signal }: { signal?: AbortSignal | undefined } = {},
  ): Promise<Result> {
    givenFunction(work, 'CircuitBreaker.run', 'the work')
    this.#runsUnderway++
    this.#wake()
    try {
      for (let outages = 1; ; outages++) {
        const leave = await this.#place(signal)
        let result: Result | undefined
        const outage = await this.#attempt(async () => {
          result = await work()
        }, leave)
        if (outage === undefined) return result as Result
        if (outages >= this.#config.outagesMax) throw outage.error
        await sleep(this.#config.clock, this.#config.retryAfterMs, signal)
      }
    } finally {
      this.#runsUnderway--
    }
  }

  #guarded(options: ConsumerOptions): ConsumerOptions {
    const { handle, handleBatch } = options
    if (typeof handle === 'function') {
      return {
        ...options,
        handle: (message, context) => this.#handle([message], context, () => handle(message, context)),
      }
    }
    // What is no function either, the client refuses.
    if (typeof handleBatch !== 'function') return options
    return {
      ...options,
      handleBatch: (messages, context) =>
        this.#handle(messages, context, () => handleBatch(messages, context)),
    }
  }

  async #handle(messages: readonly Message[], context: HandlerContext, work: () => unknown): Promise<void> {
    const { retryAfterMs: afterMs, outagesMax } = this.#config
    if (this.#state === 'open') throw postpone({ afterMs })
    const leave = this.#admission.tryEnter() ?? (await this.#wait(context.signal))
    // It opened, or the message was taken from this consumer, while it waited.
    if (leave === undefined) throw postpone({ afterMs })
    const outage = await this.#attempt(work, leave)
    const ids = messages.map(({ messageId }) => messageId)
    if (outage && this.#outages.add(ids) < outagesMax) throw postpone({ afterMs, cause: outage.error })
    this.#outages.forget(ids)
    if (outage) throw outage.error
  }

  /** Waits in vain, so that `undefined` comes of it, when the breaker opens or closes. */
  async #wait(signal: AbortSignal | undefined): Promise<(() => void) | undefined> {
    const { inFlight } = this.#config.clock
    const admitted = this.#admission.enter(signal)
    // Others have to finish first, and they may wait for a manual clock.
    return inFlight ? inFlight.unheld(admitted) : admitted
  }

  async #place(signal: AbortSignal | undefined): Promise<() => void> {
    for (;;) {
      signal?.throwIfAborted()
      if (this.isClosed) throw toolkitErrors.WORKER_CLOSED({ what: `circuit breaker "${this.#config.name}"` })
      const leave = this.#admission.tryEnter() ?? (await this.#wait(signal))
      if (leave) return leave
    }
  }

  /** Resolves to the outage that the work met; rejects with any other failure. */
  async #attempt(work: () => unknown, leave: () => void): Promise<Outage | undefined> {
    const era = this.#era
    try {
      await work()
    } catch (error) {
      if (isChosenByHandler(error) || !this.#config.isOutage(error)) {
        this.#answered(era)
        throw error
      }
      this.#failed(era, error)
      return { error }
    } finally {
      leave()
    }
    this.#answered(era)
    return undefined
  }

  /** Whatever a handler made of it: the dependency was there. */
  #answered(era: number): void {
    if (era !== this.#era) return
    this.#failures = 0
    if (this.#state !== 'half-open') return
    this.#admission.grow()
    if (++this.#successes >= this.#config.successesToClose) this.#close()
  }

  #failed(era: number, error: unknown): void {
    this.#lastError = messageOf(error)
    if (era !== this.#era || this.isClosed) return
    this.#failures++
    if (this.#state === 'half-open') this.#open(error)
    else if (this.#state === 'closed' && this.#failures >= this.#config.failuresToOpen) this.#open(error)
  }

  #open(error: unknown): void {
    const { clock, openMs, openMsMax, name } = this.#config
    const isFirst = this.#state === 'closed'
    this.#reopened = isFirst ? 0 : this.#reopened + 1
    const forMs = Math.min(openMs * 2 ** Math.min(this.#reopened, DOUBLINGS_MAX), openMsMax)
    this.#openUntil = clock.now() + forMs
    this.#openTimer = clock.after(forMs, () => this.#tryHalfOpen())
    this.#isResting = false
    this.#opened++
    for (const consumer of this.#consumers) consumer.pause(undefined, this.#pauser)
    this.#admission.reset(0)
    this.#admission.refuseWaiting()
    this.#watch.start()
    this.#change('open', error)
    if (!isFirst) return
    const { failures, groups } = this.status
    this.report(toolkitErrors.CIRCUIT_OPENED({ name, failures, groups: [...groups] }, error), { name })
  }

  /** Once nobody waits for the dependency, probes would only hold the process that has closed its consumers. */
  #leave(consumer: Consumer): void {
    this.#consumers.delete(consumer)
    if (this.#state !== 'open' || this.isClosed || this.#consumers.size > 0 || this.#runsUnderway > 0) return
    this.#isResting = true
    this.#openTimer?.cancel()
    void this.#watch.stop()
  }

  #wake(): void {
    if (!this.#isResting || this.isClosed) return
    const { clock } = this.#config
    this.#isResting = false
    this.#openTimer = clock.after(Math.max(0, this.#openUntil! - clock.now()), () => this.#tryHalfOpen())
    this.#watch.start()
  }

  #tryHalfOpen(): void {
    if (this.#state !== 'open' || this.isClosed || this.#config.clock.now() < this.#openUntil!) return
    if (this.#watch.status.state !== 'healthy') return
    this.#openTimer?.cancel()
    this.#openUntil = undefined
    this.#successes = 0
    void this.#watch.stop()
    this.#change('half-open', undefined)
    this.#admission.reset(this.#config.halfOpenConcurrency)
    for (const consumer of this.#consumers) consumer.resume(undefined, this.#pauser)
  }

  #close(): void {
    this.#failures = 0
    this.#change('closed', undefined)
    this.#admission.reset(Number.POSITIVE_INFINITY)
  }

  #change(to: CircuitState, error: unknown): void {
    const { name, clock, onChange } = this.#config
    const from = this.#state
    this.#state = to
    this.#since = clock.now()
    this.#era++
    if (changes.hasSubscribers) changes.publish({ name, from, to, error })
    try {
      onChange?.(this.status)
    } catch (thrown) {
      this.report(thrown, { name })
    }
  }
}

import { type Clock, DeadlineTimer, messageOf, parseOptions } from '@rocketeer/foundation'
import { encodeTraceEntry, type TraceEntry, traceKeysOf } from '@rocketeer/protocol'
import { clientErrors } from '../errors.js'
import { keyProblem } from '../messages/field-checks.js'
import { prepareMessage } from '../messages/outgoing.js'
import type { Problems } from '../problems.js'
import type { Brokers } from '../routing/brokers.js'
import type { RouteCache } from '../routing/route-cache.js'
import { Delivery } from '../sending/delivery.js'
import { packMessage } from '../sending/parcel.js'
import { type ProducerConfig, producerOptionsSchema } from '../sending/producer-options.js'
import { BATCH_BYTES_MAX, type TraceBatch, TraceBatches } from './trace-batches.js'
import type { TraceConfig } from './trace-options.js'

/** Apache: TraceConstants.GROUP_NAME_PREFIX. */
const TRACE_GROUP = '_INNER_TRACE_PRODUCER'
/** Apache: AsyncTraceDispatcher.getAndCreateTraceProducer. */
const SEND_TIMEOUT_MS = 5_000
/** The most trace messages under way; meanwhile batches grow. */
const SENDS_MAX = 4
/** Dropped entries are reported once in this time. */
const REPORT_INTERVAL_MS = 10_000

export interface TraceSenderNeeds {
  config: TraceConfig
  brokers: Brokers
  routes: RouteCache
  clock: Clock
  random: () => number
  problems: Problems
}

/**
 * Sends entries to the trace topic in the background, several in one message. Appending never waits: entries that find
 * no room, or that no broker takes, are dropped and counted. Apache: AsyncTraceDispatcher.
 */
export class TraceSender {
  readonly #needs: TraceSenderNeeds
  readonly #producer: ProducerConfig
  readonly #delivery: Delivery
  readonly #waiting = new TraceBatches()
  #sends = 0
  /** True: everything that waits is to be sent, however little. */
  #due = false
  readonly #flush: DeadlineTimer
  #soon: NodeJS.Immediate | undefined
  #dropped = 0
  #dropReason = ''
  readonly #report: DeadlineTimer
  #onIdle: (() => void) | undefined
  #closed = false

  constructor(needs: TraceSenderNeeds) {
    this.#needs = needs
    this.#flush = new DeadlineTimer(needs.clock, () => {
      this.flush()
      return Number.POSITIVE_INFINITY
    })
    this.#report = new DeadlineTimer(needs.clock, () => {
      this.#reportDropped()
      return Number.POSITIVE_INFINITY
    })
    this.#producer = parseOptions(
      producerOptionsSchema,
      {
        group: TRACE_GROUP,
        sendTimeoutMs: SEND_TIMEOUT_MS,
        messageBytesMax: BATCH_BYTES_MAX,
        compressLevel: 1,
      },
      'producer',
    )
    this.#delivery = new Delivery({ ...needs, config: this.#producer })
  }

  /** `topic`: of the message the entry is about. */
  append(topic: string, entry: TraceEntry): void {
    const data = encodeTraceEntry(entry)
    const bytes = Buffer.byteLength(data)
    const { batchSize, flushIntervalMs, waitingBytesMax } = this.#needs.config
    if (this.#closed || this.#waiting.bytes + bytes > waitingBytesMax || bytes > BATCH_BYTES_MAX) {
      this.drop(1, this.#closed ? 'the client is closed' : 'entries come faster than brokers take them')
      return
    }
    const keys = traceKeysOf(entry)
    let keysBytes = keys.length
    for (const key of keys) keysBytes += Buffer.byteLength(key)
    this.#waiting.add({ topic, data, bytes, keys, keysBytes })
    // At the end of the turn: answers come many at a time, and their entries belong together.
    if (this.#waiting.entries >= batchSize) this.#soon ??= setImmediate(() => this.#send())
    else this.#flush.arm(this.#needs.clock.now() + flushIntervalMs)
  }

  /** Counts entries that are lost; they are reported together. */
  drop(entries: number, reason: string): void {
    this.#dropped += entries
    this.#dropReason = reason
    if (!this.#closed) this.#report.arm(this.#needs.clock.now() + REPORT_INTERVAL_MS)
  }

  /** Sends what waits, as fast as brokers take it. */
  flush(): void {
    this.#due = true
    this.#send()
  }

  /** Sends what waits, for `closeTimeoutMs` at most. Real time: closing must not depend on a manual clock. */
  async close(): Promise<void> {
    const idle = new Promise<void>((resolve) => {
      this.#onIdle = resolve
    })
    this.flush()
    let timer: NodeJS.Timeout | undefined
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.#needs.config.closeTimeoutMs)
    })
    await Promise.race([idle, patience])
    clearTimeout(timer)
    this.#closed = true
    for (let batch = this.#waiting.take(); batch; batch = this.#waiting.take()) {
      this.drop(batch.entries, 'the client was closed before brokers took them')
    }
    this.#reportDropped()
  }

  #send(): void {
    clearImmediate(this.#soon)
    this.#soon = undefined
    const { batchSize, flushIntervalMs } = this.#needs.config
    if (this.#waiting.entries >= batchSize) this.#due = true
    while (this.#due && this.#sends < SENDS_MAX) {
      const batch = this.#waiting.take()
      if (batch === undefined) break
      this.#sends++
      void this.#sendBatch(batch)
    }
    this.#flush.disarm()
    if (this.#waiting.entries === 0) this.#due = false
    // When everything is due, the end of a running send sends the rest.
    else if (!this.#due) this.#flush.arm(this.#needs.clock.now() + flushIntervalMs)
    if (this.#sends === 0 && this.#waiting.entries === 0) this.#onIdle?.()
  }

  async #sendBatch(batch: TraceBatch): Promise<void> {
    try {
      // Messages of other clients may have keys with white space, under which no trace can be found.
      const keys = batch.keys.filter((key) => keyProblem(key) === undefined)
      const message = { topic: this.#needs.config.topic, body: batch.body, keys }
      const parcel = await packMessage(prepareMessage(message, this.#producer), this.#producer)
      await this.#delivery.deliver(parcel, {}, undefined)
    } catch (error) {
      this.drop(batch.entries, messageOf(error))
    }
    this.#sends--
    if (!this.#closed) this.#send()
  }

  #reportDropped(): void {
    this.#report.disarm()
    if (this.#dropped === 0) return
    const { topic } = this.#needs.config
    this.#needs.problems.report(
      clientErrors.TRACE_DROPPED({ topic, entries: this.#dropped, reason: this.#dropReason }),
    )
    this.#dropped = 0
  }
}

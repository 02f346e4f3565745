import { randomUUID } from 'node:crypto'
import { type MessageToSend, type SendOptions, sendFailureOf } from '@rocketeer/client'
import {
  type Clock,
  messageOf,
  option,
  optionErrors,
  parseOptions,
  Rounds,
  systemClock,
  z,
} from '@rocketeer/foundation'
import { Leases } from '../leases/leases.js'
import { isHopeless } from '../sending/is-hopeless.js'
import type { SqlDatabase } from '../sql/sql-database.js'
import { Worker } from '../worker/worker.js'
import { outboxChannel } from './channels.js'
import type { OutboxRows } from './outbox-rows.js'
import { chainsOf, nextSend } from './send-chains.js'
import type { WaitingRow } from './stored-message.js'
import { leasesOf, SLOTS } from './tables.js'
import { TopicPauses } from './topic-pauses.js'

/** What sends the messages of an outbox: a producer, or the double writer of a migration between clusters. */
export interface OutboxProducer {
  send(message: MessageToSend, options: SendOptions): Promise<unknown>
  sendBatch(messages: readonly MessageToSend[], options: SendOptions): Promise<unknown>
}

/** What `outbox.relay` takes besides the producer. */
export interface OutboxRelayOptions {
  /** How long the relay waits before it looks again when there was nothing to send, 500 ms; `wake` shortens it. */
  pollIntervalMs?: number | undefined
  /** Messages read at once, 500. */
  batchMax?: number | undefined
  /** Requests under way at the same time, 64. Messages of one order key are sent one after the other. */
  concurrency?: number | undefined
  /**
   * Messages that one request may take, 32: of one topic and order key, or of one topic and without a key, if none is
   * delayed, has a priority or 4 KB. All of them are stored or none. 1 sends each alone.
   */
  messagesPerSendMax?: number | undefined
  /** How long one send may take, 3,000 ms. */
  sendTimeoutMs?: number | undefined
  /** How long a relay that is gone keeps its part of the work from the others, 30,000 ms; at least 5 times `sendTimeoutMs`. */
  leaseMs?: number | undefined
  /** After how long a message is put aside with which a broker fails again and again, 600,000 ms. */
  setAsideAfterMs?: number | undefined
  /** Aborting it closes the relay. */
  signal?: AbortSignal | undefined
  /** The clock of the pauses, the system's. Leases go by the database's clock. */
  clock?: Clock | undefined
}

/** What a relay has done since it was made. */
export interface OutboxRelayStatus {
  readonly sent: number
  /** Messages put aside because no broker will take them. */
  readonly setAside: number
  /** Sixteenths of the work that this relay has. */
  readonly slots: number
  /** Topics whose messages wait because the last send failed. */
  readonly pausedTopics: readonly string[]
}

const schema = z
  .strictObject({
    pollIntervalMs: option.milliseconds().default(500),
    batchMax: option.count().max(10_000).default(500),
    concurrency: option.count().max(1_000).default(64),
    messagesPerSendMax: option.count().max(1_000).default(32),
    sendTimeoutMs: option.milliseconds().default(3_000),
    leaseMs: option.milliseconds().default(30_000),
    setAsideAfterMs: option.milliseconds().default(600_000),
    signal: z.instanceof(AbortSignal).optional(),
    clock: option.clock().default(systemClock),
  })
  .refine(({ leaseMs, sendTimeoutMs }) => leaseMs >= 5 * sendTimeoutMs, {
    path: ['leaseMs'],
    error: 'at least 5 times sendTimeoutMs is needed, so that a lease outlasts a send',
  }) satisfies z.ZodType<unknown, OutboxRelayOptions>

type RelayConfig = Readonly<z.output<typeof schema>>

interface RelayNeeds<Transaction> {
  readonly database: SqlDatabase<Transaction>
  readonly table: string
  readonly rows: OutboxRows<Transaction>
  readonly producer: OutboxProducer
}

const RETRY_AFTER_MS = 1_000

/**
 * Sends the messages of an outbox, at least once, and removes their rows. A row is removed after a broker has stored its
 * message: a relay that is killed in between sends it again, under the same unique id. `outbox.relay` makes one.
 */
export class OutboxRelay extends Worker {
  readonly #config: RelayConfig
  readonly #needs: RelayNeeds<unknown>
  readonly #rounds: Rounds
  readonly #leases: Leases<unknown>
  readonly #pauses: TopicPauses
  /** Messages with which a broker fails, and since when, by the relay's clock. */
  readonly #failingSince = new Map<number, number>()
  #slots: readonly number[] = []
  /** When the leases are renewed and when they are over, by the process's monotonic clock. */
  #renewAt = Number.NEGATIVE_INFINITY
  #leasedUntil = Number.NEGATIVE_INFINITY
  #sent = 0
  #setAside = 0

  /** @internal */
  constructor(needs: RelayNeeds<unknown>, options: OutboxRelayOptions) {
    const config = parseOptions(schema, options, 'outbox.relay')
    if (typeof needs.producer?.send !== 'function' || typeof needs.producer.sendBatch !== 'function')
      throw optionErrors.OPTION_INVALID({
        subject: 'outbox.relay',
        problems: ['a producer is needed, such as client.producer()'],
      })
    const { clock, signal, leaseMs } = config
    super(`the outbox relay (table "${needs.table}")`, signal)
    this.#config = config
    this.#needs = needs
    this.#pauses = new TopicPauses(clock)
    const { database, table } = needs
    this.#leases = new Leases({ database, table: leasesOf(table), owner: randomUUID(), leaseMs })
    this.#rounds = new Rounds({
      clock,
      round: () => this.#round(),
      onFailure: (error) => this.report(error, { table }),
      retryAfterMs: RETRY_AFTER_MS,
    })
    this.closeWith(needs.producer)
    this.closeInTime(async () => {
      await this.#rounds.close()
      await this.#leases.releaseAll().catch((error: unknown) => this.report(error, { table }))
    })
    this.#rounds.start()
    this.wake()
  }

  get status(): OutboxRelayStatus {
    return {
      sent: this.#sent,
      setAside: this.#setAside,
      slots: this.#slots.length,
      pausedTopics: this.#pauses.topics(),
    }
  }

  /** Has the relay look at once: call it after a commit when half a second matters. */
  wake(): void {
    this.#rounds.due(this.#config.clock.now())
  }

  async #round(): Promise<number> {
    const { clock } = this.#config
    const hold = clock.inFlight?.hold(() => 'an outbox relay sends')
    try {
      return await this.#sendBatch()
    } finally {
      hold?.release()
    }
  }

  /** Returns when the next batch is due. */
  async #sendBatch(): Promise<number> {
    const { batchMax, clock, pollIntervalMs } = this.#config
    const { rows: table } = this.#needs
    if (performance.now() >= this.#renewAt) await this.#divide()
    const exceptTopics = this.#pauses.topics()
    const { rows, mayBeMore } = await table.next({ slots: this.#slots, rowsMax: batchMax, exceptTopics })
    const began = performance.now()
    const sent: number[] = []
    try {
      await this.#sendAll(rows, sent)
    } finally {
      await table.removeSent(sent)
      this.#sent += sent.length
    }
    if (rows.length > 0 && outboxChannel.hasSubscribers) this.#publish(rows.length, sent.length, began)
    // After a failure the paused topic is left out, so there is no need to wait for the others.
    const hasMore = mayBeMore || this.#pauses.topics().length > exceptTopics.length
    return hasMore && !this.isClosed ? clock.now() : clock.now() + pollIntervalMs
  }

  async #divide(): Promise<void> {
    const { leaseMs } = this.#config
    const now = performance.now()
    this.#slots = await this.#leases.divide(SLOTS)
    this.#renewAt = now + leaseMs / 3
    this.#leasedUntil = now + leaseMs
  }

  /** Adds the ids of the messages that brokers have stored to `sent`. */
  async #sendAll(rows: readonly WaitingRow[], sent: number[]): Promise<void> {
    const chains = chainsOf(rows, this.#config.messagesPerSendMax)
    let next = 0
    const sendChains = async () => {
      while (next < chains.length) await this.#sendChain(chains[next++]!, sent)
    }
    await Promise.all(Array.from({ length: this.#config.concurrency }, sendChains))
  }

  /** One after the other; the first that fails leaves those behind it for a later batch. */
  async #sendChain(chain: readonly WaitingRow[], sent: number[]): Promise<void> {
    const { sendTimeoutMs, messagesPerSendMax } = this.#config
    let alone = 0
    for (let done = 0; done < chain.length; ) {
      const rows = nextSend(chain.slice(done), alone > 0 ? 1 : messagesPerSendMax)
      const { id, message } = rows[0]!
      // Another relay may have the slot once the lease is over.
      const hasTime = performance.now() + 2 * sendTimeoutMs < this.#leasedUntil
      if (this.isClosed || !hasTime || this.#pauses.has(message.topic)) return
      try {
        await this.#send(rows)
        for (const row of rows) sent.push(row.id)
        this.#pauses.end(message.topic)
        for (const row of rows) this.#failingSince.delete(row.id)
      } catch (error) {
        if (rows.length > 1 && isOfMessage(error)) {
          // One of them it is: each is sent alone.
          alone = rows.length
          continue
        }
        if (!this.#mustNotWaitFor(id, error)) {
          if (this.#pauses.begin(message.topic)) this.report(error, { topic: message.topic, id })
          return
        }
        await this.#putAside(id, message.topic, error)
      }
      done += rows.length
      alone = Math.max(0, alone - rows.length)
    }
  }

  /** All of the rows are stored, or none. */
  async #send(rows: readonly WaitingRow[]): Promise<void> {
    const { producer } = this.#needs
    const { message, orderKey } = rows[0]!
    const options = { timeoutMs: this.#config.sendTimeoutMs, ...(orderKey !== undefined && { orderKey }) }
    if (rows.length === 1) await producer.send(message, options)
    else
      await producer.sendBatch(
        rows.map((row) => row.message),
        options,
      )
  }

  /** Whether the others must not wait for this message any longer. What no broker takes only now, waits. */
  #mustNotWaitFor(id: number, error: unknown): boolean {
    if (sendFailureOf(error) !== 'failing') return isHopeless(error)
    // The broker says that it failed: its fault if it passes, the message's if it lasts.
    const { clock, setAsideAfterMs } = this.#config
    const since = this.#failingSince.get(id) ?? clock.now()
    this.#failingSince.set(id, since)
    return clock.now() - since >= setAsideAfterMs
  }

  async #putAside(id: number, topic: string, error: unknown): Promise<void> {
    await this.#needs.rows.putAside(id, messageOf(error))
    this.#failingSince.delete(id)
    this.#setAside++
    this.report(error, { topic, id })
  }

  #publish(messages: number, sent: number, began: number): void {
    const { table } = this.#needs
    outboxChannel.publish({
      table,
      messages: sent,
      failed: messages - sent,
      elapsedMs: performance.now() - began,
    })
  }
}

/** Whether it may be for what one of the messages is that a request failed. */
function isOfMessage(error: unknown): boolean {
  return isHopeless(error) || sendFailureOf(error) === 'failing'
}

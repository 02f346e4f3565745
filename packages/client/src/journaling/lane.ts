import { type Clock, Rounds } from '@rocketeer/foundation'
import { javaHashCode } from '@rocketeer/protocol'
import type { JournalEntry } from '../journal/journal-file.js'
import type { Target } from './journaled-parcel.js'

/** Order keys of a topic share so many lanes. */
const KEY_LANES = 64

/** Messages whose order is kept have the same: those of a topic; with an order key, of this key; with a queue, of this queue. */
export function laneKeyOf(topic: string, { orderKey, queue }: Target): string {
  if (queue !== undefined) return `${topic} ${queue.brokerName} ${queue.queueId}`
  return orderKey === undefined ? topic : `${topic} ${(javaHashCode(orderKey) & 0x7fffffff) % KEY_LANES}`
}

interface LaneNeeds {
  readonly key: string
  readonly clock: Clock
  /** Delivers the first messages. Resolves to the time of the next delivery, as `Rounds` has it. */
  readonly round: (lane: Lane) => Promise<number>
  readonly onFailure: (error: unknown) => void
  readonly retryAfterMs: number
}

/** What a send that goes behind others pays, so that the journal gets shorter whatever is sent. */
const DELIVERIES_PER_SEND = 2

/** Messages of a journal that are delivered one after the other, and what their last attempts came to. */
export class Lane {
  readonly key: string
  readonly #rounds: Rounds
  readonly #clock: Clock
  #entries: JournalEntry[] = []
  /** Where in `#entries` those that wait begin. */
  #head = 0
  /** Appends under way. */
  appending = 0
  #delivered = 0
  /** Up to where in the count of deliveries sends have paid. */
  #paidUntil = 0
  readonly #paying: { readonly until: number; readonly resolve: () => void }[] = []
  /** Failed attempts since the last that succeeded. */
  failures = 0
  /** Since when each attempt has been refused. */
  refusedSince: number | undefined
  /** How many messages to deliver one by one, because a batch with them was refused. */
  alone = 0
  /** How many messages the next attempt takes at most; it grows with each that succeeds. */
  groupMax = 1

  constructor({ key, clock, round, onFailure, retryAfterMs }: LaneNeeds) {
    this.key = key
    this.#clock = clock
    this.#rounds = new Rounds({ clock, round: () => round(this), onFailure, retryAfterMs })
    this.#rounds.start()
  }

  get isEmpty(): boolean {
    return this.appending === 0 && this.length === 0
  }

  get length(): number {
    return this.#entries.length - this.#head
  }

  get first(): JournalEntry | undefined {
    return this.#entries[this.#head]
  }

  push(entry: JournalEntry): void {
    this.#entries.push(entry)
  }

  /** The first ones, which stay. */
  peek(count: number): JournalEntry[] {
    return this.#entries.slice(this.#head, this.#head + count)
  }

  shift(count: number): void {
    this.#head += count
    this.#delivered += count
    const paid = this.#paying.findIndex(({ until }) => until > this.#delivered)
    const isOver = paid < 0 || this.length === 0
    for (const { resolve } of this.#paying.splice(0, isOver ? this.#paying.length : paid)) resolve()
    if (this.#head * 2 < this.#entries.length) return
    this.#entries = this.#entries.slice(this.#head)
    this.#head = 0
  }

  /** Resolves when two more sends were delivered for each that pays, or when none can be. */
  pay(): Promise<void> {
    this.#paidUntil = Math.max(this.#paidUntil, this.#delivered) + DELIVERIES_PER_SEND
    const until = this.#paidUntil
    return new Promise((resolve) => this.#paying.push({ until, resolve }))
  }

  /** Lets those who pay go: no broker takes the messages of this lane. */
  failed(): void {
    this.failures++
    this.groupMax = 1
    this.#paidUntil = this.#delivered
    for (const { resolve } of this.#paying.splice(0)) resolve()
  }

  /** Asks for an attempt now, whatever pause there is. */
  soon(): void {
    this.#rounds.due(this.#clock.now())
  }

  /** Resolves when the running attempt is over. */
  close(): Promise<void> {
    return this.#rounds.close()
  }
}

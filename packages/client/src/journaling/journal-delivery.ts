import { type Clock, isRocketeerError, messageOf, sleep } from '@rocketeer/foundation'
import { channels } from '../channels.js'
import { clientErrors } from '../errors.js'
import type { JournalDirectory } from '../journal/journal-directory.js'
import { type JournalEntry, Outcome } from '../journal/journal-file.js'
import { messagesOf } from '../journal/read-journal.js'
import type { JournalRecord } from '../journal/record.js'
import type { Problems } from '../problems.js'
import { chooser } from '../sending/chooser.js'
import type { Delivery } from '../sending/delivery.js'
import { sendFailureOf } from '../sending/send-failure.js'
import { groupOf, parcelOf } from './journaled-parcel.js'
import type { Lane } from './lane.js'
import { Turns } from './turns.js'

/** Requests under way while brokers take messages. */
const TURNS = 16
/** The first pause after a failure; each further one is twice as long. */
const PAUSE_MS = 250
/** An attempt that nobody got costs nothing; another may double the message, or press a broker that fails. */
const UNREACHABLE_PAUSE_MS_MAX = 1_000
const FAILED_PAUSE_MS_MAX = 30_000

const GROUP_MAX = 128

export interface JournalDeliveryNeeds {
  readonly journal: JournalDirectory
  readonly delivery: Delivery
  readonly clock: Clock
  readonly random: () => number
  readonly problems: Problems
  readonly deliveriesPerSecondMax: number
  readonly setAsideAfterMs: number
  /** Called when brokers take messages again, and when lanes have become shorter. */
  readonly onSuccess: () => void
  readonly onShorter: (lane: Lane, entries: readonly JournalEntry[]) => void
}

/** Delivers the first messages of a lane: one attempt at a time, and what its failure means for the lane. */
export class JournalDelivery {
  readonly #needs: JournalDeliveryNeeds
  readonly #turns = new Turns(TURNS)
  readonly #stop = new AbortController()
  #stopped = false
  #nextAt = 0

  constructor(needs: JournalDeliveryNeeds) {
    this.#needs = needs
  }

  /** While no broker takes messages, one lane at a time tries. */
  set reachable(reachable: boolean) {
    this.#turns.limit = reachable ? TURNS : 1
  }

  /** Begins no attempt any more; `abort`: ends those under way. */
  stop(abort: boolean): void {
    this.#stopped = true
    if (abort) this.#stop.abort()
    this.#turns.limit = Number.POSITIVE_INFINITY
  }

  readonly round = async (lane: Lane): Promise<number> => {
    const { clock } = this.#needs
    if (lane.length === 0) return Number.POSITIVE_INFINITY
    using _ = await this.#turns.take()
    if (this.#stopped) return Number.POSITIVE_INFINITY
    const group = await this.#firstOf(lane)
    if (group === undefined) return clock.now()
    const { entries, records } = group
    await this.#pace(entries.length)
    if (this.#stopped) return Number.POSITIVE_INFINITY
    try {
      const { signal } = this.#stop
      const { topic, body, orderKey, queue } = records[0]!
      const choose = chooser({ topic, body }, { orderKey, queue })
      await this.#needs.delivery.deliver(parcelOf(records), { signal }, choose)
    } catch (error) {
      return this.#failed(lane, entries, records, error)
    }
    lane.failures = 0
    lane.refusedSince = undefined
    lane.alone = Math.max(0, lane.alone - entries.length)
    lane.groupMax = Math.min(GROUP_MAX, lane.groupMax * 2)
    this.#needs.onSuccess()
    await this.#done(lane, entries, Outcome.DELIVERED)
    this.#publish('delivered', lane, entries)
    return clock.now()
  }

  /** Undefined when the first one was damaged, and is out of the way. */
  async #firstOf(
    lane: Lane,
  ): Promise<{ entries: readonly JournalEntry[]; records: readonly JournalRecord[] } | undefined> {
    const { clock, journal, problems } = this.#needs
    using _ = clock.inFlight?.hold(() => 'a read of a journal')
    const peeked = lane.peek(lane.alone > 0 ? 1 : lane.groupMax)
    const read = await Promise.allSettled(peeked.map((entry) => journal.read(entry)))
    const [first] = read
    if (first?.status === 'rejected') {
      if (!isRocketeerError(first.reason, 'JOURNAL_DAMAGED')) throw first.reason
      problems.report(first.reason)
      await this.#done(lane, peeked.slice(0, 1), Outcome.DAMAGED)
      return undefined
    }
    const whole = read.findIndex(({ status }) => status === 'rejected')
    const records = groupOf(
      read
        .slice(0, whole < 0 ? read.length : whole)
        .map((each) => (each as PromiseFulfilledResult<JournalRecord>).value),
    )
    return { entries: peeked.slice(0, records.length), records }
  }

  async #failed(
    lane: Lane,
    entries: readonly JournalEntry[],
    records: readonly JournalRecord[],
    error: unknown,
  ): Promise<number> {
    const { clock, random, setAsideAfterMs } = this.#needs
    if (this.#stopped) return Number.POSITIVE_INFINITY
    const now = clock.now()
    const kind = sendFailureOf(error)
    lane.failed()
    if (kind === 'final' && records.length > 1) {
      lane.alone = records.length
      return now
    }
    const isRefused = kind === 'refused' || kind === 'failing'
    lane.refusedSince = isRefused ? (lane.refusedSince ?? now) : undefined
    if (kind === 'final' || (isRefused && now - lane.refusedSince! >= setAsideAfterMs)) {
      await this.#setAside(lane, entries, records, error)
      return clock.now()
    }
    const maxMs = kind === 'unreachable' ? UNREACHABLE_PAUSE_MS_MAX : FAILED_PAUSE_MS_MAX
    return now + Math.min(PAUSE_MS * 2 ** (lane.failures - 1), maxMs) * (1 + random() / 2)
  }

  async #setAside(
    lane: Lane,
    entries: readonly JournalEntry[],
    records: readonly JournalRecord[],
    error: unknown,
  ): Promise<void> {
    const { clock, journal, problems } = this.#needs
    const reason = messageOf(error)
    const code = isRocketeerError(error) ? error.code : 'UNEXPECTED'
    for (const [index, entry] of entries.entries()) {
      const record = records[index]!
      await journal.setAsideOne(entry, record, { code, reason, at: clock.now() })
      this.#shorten(lane, [entry])
      for (const { topic, messageId } of messagesOf(record)) {
        const details = { directory: journal.path, topic, messageId, reason }
        problems.report(clientErrors.JOURNAL_SET_ASIDE(details, error), { topic })
      }
    }
    this.#publish('set-aside', lane, entries)
  }

  async #done(lane: Lane, entries: readonly JournalEntry[], outcome: Outcome): Promise<void> {
    using _ = this.#needs.clock.inFlight?.hold(() => 'a write to a journal')
    for (const each of byFile(entries)) await this.#needs.journal.note(each, outcome)
    this.#shorten(lane, entries)
  }

  #shorten(lane: Lane, entries: readonly JournalEntry[]): void {
    lane.shift(entries.length)
    this.#needs.onShorter(lane, entries)
  }

  /** Waits for the turn of so many messages. */
  async #pace(messages: number): Promise<void> {
    const { clock, deliveriesPerSecondMax } = this.#needs
    if (deliveriesPerSecondMax === Number.POSITIVE_INFINITY) return
    const now = clock.now()
    const turn = Math.max(this.#nextAt, now)
    this.#nextAt = turn + (messages * 1000) / deliveriesPerSecondMax
    if (turn > now) await sleep(clock, turn - now, this.#stop.signal).catch(() => {})
  }

  #publish(what: 'delivered' | 'set-aside', { key }: Lane, entries: readonly JournalEntry[]): void {
    if (!channels.journal.hasSubscribers) return
    const messages = entries.reduce((sum, entry) => sum + entry.messages, 0)
    channels.journal.publish({ directory: this.#needs.journal.path, what, lane: key, messages })
  }
}

/** They are in order, so those of one file follow each other. */
function byFile(entries: readonly JournalEntry[]): JournalEntry[][] {
  const groups: JournalEntry[][] = []
  for (const entry of entries) {
    const last = groups.at(-1)
    if (last !== undefined && last[0]!.file === entry.file) last.push(entry)
    else groups.push([entry])
  }
  return groups
}

import type { FileSystem } from '@rocketeer/files'
import { type Clock, isRocketeerError, messageOf } from '@rocketeer/foundation'
import { channels } from '../channels.js'
import { clientErrors } from '../errors.js'
import { JournalDirectory, type Waiting } from '../journal/journal-directory.js'
import type { JournalEntry } from '../journal/journal-file.js'
import type { JournalConfig } from '../journal/journal-options.js'
import type { Problems } from '../problems.js'
import type { RouteCache } from '../routing/route-cache.js'
import type { Choose, Delivered, Delivery } from '../sending/delivery.js'
import type { Parcel } from '../sending/parcel.js'
import type { SendOptions } from '../sending/producer-options.js'
import type { Journaled } from '../sending/receipts.js'
import { type SendFailure, sendFailureOf } from '../sending/send-failure.js'
import { JournalDelivery } from './journal-delivery.js'
import type { JournalStatus } from './journal-status.js'
import { recordOf, type Target } from './journaled-parcel.js'
import { Lane, laneKeyOf } from './lane.js'

/** After a failure of the disk. */
const RETRY_AFTER_MS = 5_000

export interface JournaledSendsNeeds {
  readonly config: JournalConfig
  /** Delivers what a user sends. */
  readonly delivery: Delivery
  /** Delivers what is in the journal, in one attempt that a broker may get. */
  readonly again: Delivery
  readonly routes: RouteCache
  readonly files: FileSystem
  readonly clock: Clock
  readonly random: () => number
  readonly problems: Problems
}

/**
 * Sends as `Delivery` does as long as brokers take messages. What they do not take goes into the journal, and so does what
 * has to stay behind it: messages of the same lane, and, as soon as nothing can be sent at all, everything, at once.
 */
export class JournaledSends {
  readonly opened: Promise<void>
  readonly #needs: JournaledSendsNeeds
  readonly #lanes = new Map<string, Lane>()
  #journal: JournalDirectory | undefined
  #again: JournalDelivery | undefined
  #failed = false
  #closed = false
  /** False from a send that no broker took, while none succeeded, until one succeeds. */
  #reachable = true
  #successes = 0
  #messages = 0
  #onEmpty: (() => void)[] = []

  constructor(needs: JournaledSendsNeeds) {
    this.#needs = needs
    this.opened = this.#open()
    this.opened.catch((error: unknown) => {
      this.#failed = true
      needs.problems.report(error)
    })
  }

  get status(): JournalStatus {
    const { directory, bytesMax } = this.#needs.config
    const { bytes = 0, setAside = 0, damagedBytes = 0 } = this.#journal ?? {}
    let oldestAt: number | undefined
    for (const { first } of this.#lanes.values())
      if (first !== undefined) oldestAt = Math.min(oldestAt ?? first.journaledAt, first.journaledAt)
    const counts = { messages: this.#messages, bytes, bytesMax, setAside, damagedBytes }
    return { state: this.#state, directory, ...counts, oldestAt }
  }

  /** Throws as `Delivery.deliver` does what is no outage, and `JOURNAL_IN_USE`, `JOURNAL_FULL` and `JOURNAL_FAILED`. */
  async deliver(
    parcel: Parcel,
    options: SendOptions,
    choose: Choose | undefined,
  ): Promise<Delivered | Journaled> {
    const { delivery } = this.#needs
    return this.#send(parcel, options, choose, () => delivery.deliver(parcel, options, choose))
  }

  async deliverOneway(parcel: Parcel, options: SendOptions, choose: Choose | undefined): Promise<void> {
    const { delivery } = this.#needs
    await this.#send(parcel, options, choose, () => delivery.deliverOneway(parcel, choose))
  }

  /** Resolves when nothing waits; rejects with `CLOSED`, or the signal's reason. */
  async drained(signal?: AbortSignal): Promise<void> {
    await this.opened
    while (this.#lanes.size > 0) {
      if (this.#closed) throw clientErrors.CLOSED({ what: 'journal' })
      signal?.throwIfAborted()
      await new Promise<void>((resolve) => {
        this.#onEmpty.push(resolve)
        signal?.addEventListener('abort', () => resolve(), { once: true })
      })
    }
  }

  async retrySetAside(): Promise<number> {
    await this.opened
    return this.#journal!.takeSetAside((taken) => this.#wait(taken))
  }

  /** Keeps what is not delivered, and says so. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.opened.catch(() => {})
    this.#again?.stop(!this.#reachable)
    await Promise.all([...this.#lanes.values()].map((lane) => lane.close()))
    this.#wakeWaiting()
    await this.#journal?.close()
    const { directory } = this.#needs.config
    if (this.#messages > 0)
      this.#needs.problems.report(clientErrors.JOURNAL_NOT_EMPTY({ directory, messages: this.#messages }))
  }

  get #state(): JournalStatus['state'] {
    if (this.#closed) return 'closed'
    if (this.#failed) return 'failed'
    if (this.#journal === undefined) return 'opening'
    if (!this.#reachable) return 'waiting'
    return this.#lanes.size > 0 ? 'delivering' : 'empty'
  }

  async #open(): Promise<void> {
    const { config, files, clock, random, problems, again: delivery } = this.#needs
    const { directory, bytesMax, deliveriesPerSecondMax, setAsideAfterMs } = config
    using _ = clock.inFlight?.hold(() => 'the opening of a journal')
    const { report } = problems
    const { journal, waiting } = await JournalDirectory.open({ files, directory, bytesMax, clock, report })
    this.#journal = journal
    this.#again = new JournalDelivery({
      ...{ journal, delivery, clock, random, problems, deliveriesPerSecondMax, setAsideAfterMs },
      onSuccess: () => this.#succeeded(),
      onShorter: (lane, entries) => this.#shorter(lane, entries),
    })
    if (!this.#closed) for (const each of waiting) this.#wait(each)
    else for (const { entry } of waiting) this.#messages += entry.messages
  }

  async #send<Result>(
    parcel: Parcel,
    options: SendOptions,
    choose: Choose | undefined,
    send: () => Promise<Result>,
  ): Promise<Result | Journaled> {
    if (this.#journal === undefined) await this.opened
    const target = this.#targetOf(parcel, options, choose)
    const key = target && laneKeyOf(parcel.topic, target)
    if (key !== undefined && (!this.#reachable || this.#lanes.has(key)))
      return this.#append(parcel, target!, { perhapsStored: false })
    const successes = this.#successes
    try {
      const result = await send()
      this.#succeeded()
      return result
    } catch (error) {
      const failure = sendFailureOf(error)
      if (options.signal?.aborted || !isForJournal(failure)) throw error
      const known = target ?? this.#targetOf(parcel, options, choose)
      if (known === undefined) throw error
      this.#sendFailed(successes, error)
      return this.#append(parcel, known, {
        perhapsStored: failure !== 'unreachable' || mayBeStored(error),
        cause: error,
      })
    }
  }

  /** Undefined when a selector has to choose and the queues are not known. */
  #targetOf(
    { topic }: Parcel,
    { orderKey, queue, selector }: SendOptions,
    choose: Choose | undefined,
  ): Target | undefined {
    if (selector === undefined)
      return orderKey === undefined && queue === undefined ? {} : { orderKey, queue }
    const route = this.#needs.routes.cached(topic)
    if (route === undefined || choose === undefined) return undefined
    const { brokerName, queueId } = choose(route)
    return { queue: { brokerName, queueId } }
  }

  async #append(
    parcel: Parcel,
    target: Target,
    { perhapsStored, cause }: { perhapsStored: boolean; cause?: unknown },
  ): Promise<Journaled> {
    const record = recordOf(parcel, target, { now: this.#needs.clock.now(), perhapsStored })
    const lane = this.#laneOf(laneKeyOf(parcel.topic, target))
    lane.appending++
    try {
      const entry = await this.#journal!.append(record, cause)
      this.#messages += entry.messages
      lane.push(entry)
      if (channels.journal.hasSubscribers)
        channels.journal.publish({
          directory: this.#needs.config.directory,
          what: 'journaled',
          lane: lane.key,
          messages: entry.messages,
        })
    } finally {
      lane.appending--
      this.#forgetIfEmpty(lane)
    }
    lane.soon()
    if (this.#reachable && lane.failures === 0 && lane.length > 0) await lane.pay()
    return { status: 'JOURNALED', perhapsStored }
  }

  #wait({ entry, record }: Waiting): void {
    const lane = this.#laneOf(laneKeyOf(record.topic, record))
    this.#messages += entry.messages
    lane.push(entry)
    lane.soon()
  }

  #laneOf(key: string): Lane {
    let lane = this.#lanes.get(key)
    if (lane === undefined) {
      const { clock, problems } = this.#needs
      const { round } = this.#again!
      lane = new Lane({ key, clock, round, onFailure: problems.report, retryAfterMs: RETRY_AFTER_MS })
      this.#lanes.set(key, lane)
    }
    return lane
  }

  #succeeded(): void {
    this.#successes++
    if (this.#reachable) return
    this.#reachable = true
    this.#again!.reachable = true
    for (const lane of this.#lanes.values()) lane.soon()
  }

  /** When others succeeded meanwhile, only brokers of this message are away, and only its lane waits. */
  #sendFailed(successesBefore: number, error: unknown): void {
    const { directory } = this.#needs.config
    if (this.#reachable)
      this.#needs.problems.report(clientErrors.JOURNALING({ directory, reason: messageOf(error) }, error))
    if (this.#successes !== successesBefore) return
    this.#reachable = false
    this.#again!.reachable = false
  }

  #shorter(lane: Lane, entries: readonly JournalEntry[]): void {
    for (const { messages } of entries) this.#messages -= messages
    this.#forgetIfEmpty(lane)
  }

  #forgetIfEmpty(lane: Lane): void {
    if (!lane.isEmpty) return
    this.#lanes.delete(lane.key)
    if (this.#lanes.size === 0) this.#wakeWaiting()
  }

  #wakeWaiting(): void {
    for (const wake of this.#onEmpty.splice(0)) wake()
  }
}

/** Whether a broker may have stored it in an attempt before the last. */
function mayBeStored(error: unknown): boolean {
  return isRocketeerError(error) && (error.details as { sent?: boolean }).sent === true
}

/** Whether a send that failed so goes to the journal. */
function isForJournal(failure: SendFailure): boolean {
  return failure === 'unreachable' || failure === 'perhaps-stored' || failure === 'failing'
}

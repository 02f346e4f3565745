import { setTimeout as sleep } from 'node:timers/promises'
import type { Remedy } from '../services/service.js'
import type { Business } from '../services/sudden-death.js'
import { chance } from '../street/chance.js'
import type { ServiceName, Street } from '../street/street.js'
import type { Ledger } from './ledger.js'
import type { Payments } from './payments.js'
import type { Harm, Timeline } from './timeline.js'

/** What a story is played with. */
export interface StoryParts {
  readonly street: Street
  readonly payments: Payments
  readonly ledger: Ledger
  /** Shows a sentence, and keeps it for the report. */
  readonly tell: (at: number, sentence: string) => void
  readonly without: Remedy | undefined
  readonly timeline: Timeline
  /** How long a message waits for each of its retries, in seconds. */
  readonly retrySeconds: readonly number[]
  readonly orders: number
  /** Whether an analytics copy follows the orders. */
  readonly hasCopy: boolean
  readonly speed: number
  readonly seed: number
}

const LOOK_MS = 200
/** Without its remedy a run ends when nothing has happened for this long. */
const QUIET_MS = 4_000
/** And when the harm cannot be done any more, because nothing has happened for this long. */
const SILENCE_MS = 60_000
const TOO_FEW = 'too few orders for the harm to be done: give it more --orders'

/** A street while customers pay, and what is done to it. */
export class Story {
  readonly parts: StoryParts
  #paying: Promise<void> = Promise.resolve()
  /** How many orders were served later than promised. */
  late = 0
  /** The orders that one wound gets, and how many customers had come when it began. */
  #chapter: { readonly orders: number; readonly from: number }

  constructor(parts: StoryParts) {
    this.parts = parts
    this.#chapter = { orders: parts.orders, from: 0 }
  }

  get street(): Street {
    return this.parts.street
  }

  isWithout(remedy: Remedy): boolean {
    return this.parts.without === remedy
  }

  /** Seconds of the story, shorter at a higher speed. */
  async seconds(count: number): Promise<void> {
    await sleep((count / this.parts.speed) * 1_000)
  }

  /** A moment between two numbers of seconds, which the seed chooses for each name. */
  async moment(name: string, from: number, to: number): Promise<void> {
    await this.seconds(from + (to - from) * chance(this.parts.seed, name))
  }

  /** What follows has the next orders, so many of them, instead of all. */
  beginChapter(orders: number): void {
    const from = this.parts.payments.begun
    this.#chapter = { orders: Math.min(orders, this.parts.orders - from), from }
    this.letIn(1)
  }

  /** How many customers have not come yet. */
  get ordersToCome(): number {
    return this.parts.orders - this.parts.payments.begun
  }

  /** How many orders what happens just now has. */
  get orders(): number {
    return this.#chapter.orders
  }

  /** Lets a share of the customers come, from 0 to 1, and has the others wait at the door. */
  letIn(share: number): void {
    this.parts.payments.letIn(this.#customersIn(share))
  }

  /** Waits until those who were let in have ordered and paid. */
  async untilQuiet(): Promise<void> {
    while (!this.parts.payments.isQuiet) await sleep(LOOK_MS)
  }

  /** The numbers of the customers after a share of them who never pay, or who do at once. */
  customersWhoPay(when: 'never' | 'at once', afterShare = 0): number[] {
    const { orders, from } = this.#chapter
    const first = this.#customersIn(afterShare)
    const all = Array.from({ length: from + orders - first }, (_, index) => first + index)
    return all.filter((number) => this.parts.payments.whenPays(number) === when)
  }

  #customersIn(share: number): number {
    const { orders, from } = this.#chapter
    return from + Math.ceil(orders * share)
  }

  /** `count`, or what a small number of orders can bring about: at most a quarter of them. */
  atMost(count: number): number {
    return Math.max(1, Math.min(count, Math.floor(this.#chapter.orders / 4)))
  }

  /** Counts of commits that the seed chooses, which together take at most half of those that are `certain` to come. */
  commits(name: string, times: number, certain: number): number[] {
    if (certain === 0) throw new Error(TOO_FEW)
    const { seed } = this.parts
    const most = Math.max(1, Math.floor(certain / (2 * times)))
    return Array.from(
      { length: Math.min(times, certain) },
      (_, index) => 1 + Math.floor(chance(seed, `${name} ${index} ${this.#chapter.from}`) * most),
    )
  }

  /** Tells what is done to whom, or what the system does about it. */
  say(sentence: string): void {
    this.parts.tell(this.street.elapsedMs, sentence)
  }

  /** Customers begin to pay. */
  open(): void {
    this.#paying = this.parts.payments.run()
    this.say('The shop is open: customers order and pay.')
  }

  /** Has a service die right after commits, as `Program.dieAtCommits` does; given up where no commit comes any more. */
  async dieAtCommits(
    name: ServiceName,
    of: Business,
    { counts, onDeath }: { readonly counts: readonly number[]; readonly onDeath: (death: number) => void },
  ): Promise<void> {
    let isOver = false
    const dying = this.street.service(name).dieAtCommits(of, counts, onDeath)
    const over = dying.finally(() => {
      isOver = true
    })
    await Promise.race([over, this.until(() => Number(isOver), 1)])
  }

  /** Waits until every order so far has got everything, or is closed. */
  async untilServed(): Promise<void> {
    await this.untilQuiet()
    await this.until(() => Number(!this.isOpen(this.parts.payments.begun)), 1)
  }

  /** Whether something is still to come: an effect of a paid order, or the end of an order that nobody pays. */
  isOpen(orders = this.parts.orders): boolean {
    const { ledger, hasCopy } = this.parts
    return (
      ledger.open > 0 ||
      ledger.paid.size + ledger.closed.size < orders ||
      (hasCopy && ledger.copiedToTheEnd.size < ledger.paid.size + ledger.closed.size)
    )
  }

  /** Does the harm; what follows is the recovery. */
  async harm(work: () => Promise<void>): Promise<void> {
    const harm: Harm = { from: this.street.elapsedMs, to: undefined }
    this.parts.timeline.harms.push(harm)
    try {
      await work()
    } finally {
      harm.to = this.street.elapsedMs
      this.parts.ledger.harmIsOver(harm.to)
    }
  }

  /** Waits until at least `count` of what `figure` counts has happened, whatever the machine's load. */
  async until(figure: () => number, count: number): Promise<void> {
    const { ledger, payments, speed } = this.parts
    const silenceMs = SILENCE_MS / Math.min(1, speed)
    while (figure() < count) {
      if (payments.isQuiet && this.street.elapsedMs - ledger.lastEventAt > silenceMs) throw new Error(TOO_FEW)
      await sleep(LOOK_MS)
    }
  }

  /**
   * Waits until every paid order has got everything, or, where that does not come, until nothing happens any more. Resolves
   * to how long that took since the harm was over, in seconds.
   */
  async settle(secondsMax: number): Promise<number> {
    this.parts.payments.letIn(Number.POSITIVE_INFINITY)
    await this.#paying
    this.say('The last customer has paid.')
    const { ledger, retrySeconds } = this.parts
    const quietMs = QUIET_MS + retrySeconds.reduce((sum, each) => sum + each, 0) * 1_000
    // With its remedy a run goes on as long as something happens, however slow the machine is.
    const patienceMs = this.parts.without === undefined ? secondsMax * 1_000 : quietMs
    const from = this.parts.timeline.harms.at(-1)?.to ?? this.street.elapsedMs
    const quietFrom = () => Math.max(ledger.lastEventAt, from)
    while (this.isOpen() && this.street.elapsedMs - quietFrom() < patienceMs) {
      await sleep(LOOK_MS)
    }
    // What comes once more, comes now.
    if (!this.isOpen()) await sleep(LOOK_MS * 5)
    return ledger.recoveryMs / 1_000
  }
}

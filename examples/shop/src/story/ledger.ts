import { type BreakerState, EFFECTS, type Effect, type TimedEvent } from '../services/events.js'
import { type EffectCounts, EffectTally } from './effect-counts.js'
import { type Life, UnluckyOrders } from './unlucky-orders.js'

/** A time in which a process was gone, in milliseconds since the story began. */
export interface Absence {
  readonly service: string
  readonly from: number
  /** Undefined while it is gone. */
  to: number | undefined
}

/** One bit for each effect that an order has got, and one for its payment. */
const COMPLETE = 2 ** (EFFECTS.length + 1) - 1
const PAID = 2 ** EFFECTS.length

/** Everything the services have told, counted. */
export class Ledger {
  readonly retriesMax: number
  readonly paid = new Set<string>()
  /** Orders that were closed because nobody had paid them in time. */
  readonly closed = new Set<string>()
  /** Of the warehouse. */
  breaker: BreakerState = 'closed'
  /** Changes that were applied to the analytics copy, and that it refused. */
  copied = 0
  notCopied = 0
  /** Orders whose last state the copy has: they have arrived, or were closed. */
  readonly copiedToTheEnd = new Set<string>()
  /** Paid orders whose message was given up. */
  readonly unannounced = new Set<string>()
  /** When processes were gone, in the order of time. */
  readonly absences: Absence[] = []
  /** When something happened last, in milliseconds since the story began. */
  lastEventAt = 0
  readonly #effects: ReadonlyMap<Effect, EffectTally>
  readonly #unlucky = new UnluckyOrders()
  /** The bits of every order. */
  readonly #orders = new Map<string, number>()
  readonly #open = new Set<string>()
  /** Orders that were open when the harm was over, and still are. */
  #struck = new Set<string>()
  #harmOverAt = 0
  #recoveryMs = 0

  constructor(retriesMax: number) {
    this.retriesMax = retriesMax
    this.#effects = new Map(EFFECTS.map((effect) => [effect, new EffectTally(retriesMax)]))
  }

  add(event: TimedEvent): void {
    if (event.kind === 'ready' || event.kind === 'gone') {
      this.#noteAbsence(event)
      return
    }
    if (event.kind !== 'problem') this.lastEventAt = event.at
    if (event.kind === 'paid') {
      this.paid.add(event.order)
      this.#mark(event, PAID)
    }
    if (event.kind === 'breaker') this.breaker = event.state
    if (event.kind === 'closed') this.closed.add(event.order)
    if (event.kind === 'not copied') this.notCopied++
    if (event.kind === 'copied') {
      this.copied++
      if (event.state === 'arrived' || event.state === 'closed') this.copiedToTheEnd.add(event.order)
    }
    if (event.kind === 'unannounced') this.unannounced.add(event.order)
    if (!('effect' in event)) return
    const tally = this.#effects.get(event.effect)!
    const bit = 2 ** EFFECTS.indexOf(event.effect)
    switch (event.kind) {
      case 'effect':
        tally.give(event.order)
        this.#mark(event, bit)
        break
      case 'repeated':
        tally.repeat(event.order)
        // Whoever gave it was killed before it could tell.
        if (this.#mark(event, bit)) tally.give(event.order)
        break
      case 'replayed':
        tally.replay(event.order)
        break
      case 'failed':
        tally.fail(event.order, event.attempt, event.at)
        break
    }
    this.#unlucky.add(event)
  }

  countsOf(effect: Effect): EffectCounts {
    return this.#effects.get(effect)!
  }

  /** Paid orders that have not got every effect yet, as far as the services have told. */
  get open(): number {
    return this.#open.size
  }

  /** Notes that the harm is over: the orders that are open now are what is to recover. */
  harmIsOver(at: number): void {
    this.#harmOverAt = at
    this.#struck = new Set(this.#open)
  }

  /** Orders that were open when the harm was over, and still are. */
  get struck(): number {
    return this.#struck.size
  }

  /** How long it took from the end of the harm until they had everything; of several harms the longest time. */
  get recoveryMs(): number {
    return this.#recoveryMs
  }

  /** Services whose process is gone just now. */
  get gone(): readonly string[] {
    return this.absences.filter(({ to }) => to === undefined).map(({ service }) => service)
  }

  /** The order that had the hardest life so far. */
  get unluckiest(): Life | undefined {
    return this.#unlucky.followed
  }

  /** Whether the order did not have this mark before. */
  #mark({ order, at }: { readonly order: string; readonly at: number }, bit: number): boolean {
    const before = this.#orders.get(order) ?? 0
    const after = before | bit
    if (after === before) return false
    this.#orders.set(order, after)
    if (after === COMPLETE) this.#close(order, at)
    else if (bit === PAID) this.#open.add(order)
    return true
  }

  #close(order: string, at: number): void {
    this.#open.delete(order)
    if (this.#struck.delete(order)) this.#recoveryMs = Math.max(this.#recoveryMs, at - this.#harmOverAt)
  }

  #noteAbsence({ kind, service, at }: TimedEvent): void {
    const absence = this.absences.find((each) => each.service === service && each.to === undefined)
    // One that dies while it starts has not been back.
    if (kind === 'gone' && !absence) this.absences.push({ service, from: at, to: undefined })
    if (kind === 'ready' && absence) absence.to = at
  }
}

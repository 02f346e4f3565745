import { EFFECTS, type Effect, type TimedEvent } from '../services/events.js'

/** What one effect has come to so far. */
export interface EffectCounts {
  readonly given: number
  readonly repeated: number
  /** Failed deliveries by the number of attempts before: the first entry counts first attempts. */
  readonly failedByAttempt: readonly number[]
  readonly dead: number
  readonly replayed: number
}

class Counts implements EffectCounts {
  readonly orders = new Set<string>()
  given = 0
  repeated = 0
  readonly failedByAttempt: number[] = []
  dead = 0
  replayed = 0
}

/** Everything the services have told, counted. */
export class Ledger {
  readonly paid = new Set<string>()
  /** When something happened last, in milliseconds since the story began. */
  lastEventAt = 0
  readonly #retriesMax: number
  readonly #effects = new Map<Effect, Counts>(EFFECTS.map((effect) => [effect, new Counts()]))
  /** What happened to each order, in the order of time; only of orders that failed, to follow one by name. */
  readonly #lives = new Map<string, TimedEvent[]>()

  constructor(retriesMax: number) {
    this.#retriesMax = retriesMax
  }

  add(event: TimedEvent): void {
    if (event.kind !== 'ready' && event.kind !== 'problem') this.lastEventAt = event.at
    if (event.kind === 'paid') this.paid.add(event.order)
    if (!('effect' in event)) return
    const counts = this.#effects.get(event.effect)!
    switch (event.kind) {
      case 'effect':
        counts.given++
        counts.orders.add(event.order)
        break
      case 'repeated':
        counts.repeated++
        break
      case 'replayed':
        counts.replayed++
        break
      case 'failed':
        counts.failedByAttempt[event.attempt] = (counts.failedByAttempt[event.attempt] ?? 0) + 1
        if (event.attempt === this.#retriesMax) counts.dead++
        break
    }
    this.#remember(event)
  }

  countsOf(effect: Effect): EffectCounts {
    return this.#effects.get(effect)!
  }

  /** Paid orders that have not got every effect yet, as far as the services have told. */
  get open(): number {
    let open = 0
    for (const order of this.paid) {
      if ([...this.#effects.values()].some(({ orders }) => !orders.has(order))) open++
    }
    return open
  }

  /** The order that had the hardest life, with what happened to it. */
  unluckiest(): { readonly order: string; readonly life: readonly TimedEvent[] } | undefined {
    let found: [string, TimedEvent[]] | undefined
    for (const entry of this.#lives) if (!found || entry[1].length > found[1].length) found = entry
    return found && { order: found[0], life: found[1] }
  }

  #remember(event: TimedEvent & { readonly order: string }): void {
    const life = this.#lives.get(event.order)
    if (life) life.push(event)
    else if (event.kind === 'failed') this.#lives.set(event.order, [event])
  }
}

import type { Effect, TimedEvent } from '../services/events.js'

/** Something that happened to one order. */
export type OrderEvent = Extract<TimedEvent, { readonly effect: Effect }>

/** What happened to one order, in the order of time. */
export interface Life {
  readonly order: string
  readonly events: readonly OrderEvent[]
}

/** How many orders are remembered: in a long run more fail than anybody reads about. */
const LIVES_MAX = 2_000

/** Remembers what happened to orders that failed, to follow one of them by name. */
export class UnluckyOrders {
  readonly #lives = new Map<string, OrderEvent[]>()
  #followed: Life | undefined

  add(event: OrderEvent): void {
    let events = this.#lives.get(event.order)
    if (!events) {
      if (event.kind !== 'failed' || this.#lives.size === LIVES_MAX) return
      events = []
      this.#lives.set(event.order, events)
    }
    events.push(event)
    this.#follow({ order: event.order, events })
  }

  /** The first of those that failed most often; it stays the same until another one has failed more often. */
  get followed(): Life | undefined {
    return this.#followed
  }

  #follow(life: Life): void {
    if (!this.#followed || failuresIn(life) > failuresIn(this.#followed)) this.#followed = life
  }
}

function failuresIn({ events }: Life): number {
  return events.filter(({ kind }) => kind === 'failed').length
}

/** A life in a line: `order-000137: failed 3 times, dead, replayed, granted after 27 s`, for each effect that failed. */
export function lifeText({ order, events }: Life, retriesMax: number): string {
  const failed = new Set(events.filter(({ kind }) => kind === 'failed').map(({ effect }) => effect))
  const parts = [...failed].map((effect) => {
    const of = events.filter((event) => event.effect === effect)
    return `${effect} ${steps(of, events[0]!.at, retriesMax).join(', ')}`
  })
  return `${order}: ${parts.join('; ')}`
}

/** What happened to an order and one of its effects; failures in a row are counted. */
function steps(events: readonly OrderEvent[], from: number, retriesMax: number): string[] {
  const texts: string[] = []
  let failures = 0
  const endFailures = () => {
    if (failures > 0) texts.push(failures === 1 ? 'failed once' : `failed ${failures} times`)
    failures = 0
  }
  for (const event of events) {
    if (event.kind === 'failed') {
      failures++
      if (event.attempt < retriesMax) continue
      endFailures()
      texts.push('dead')
      continue
    }
    endFailures()
    const after = `after ${Math.round((event.at - from) / 1_000)} s`
    if (event.kind === 'effect') texts.push(`granted ${after}`)
    else texts.push(event.kind === 'replayed' ? 'replayed' : `came again ${after}`)
  }
  endFailures()
  return texts
}

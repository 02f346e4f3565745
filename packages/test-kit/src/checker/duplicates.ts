import type { Rules } from './rules.js'
import type { Delivery, Disturbance, RunRecord, Sent } from './run-record.js'

/** Why a message may come again. `sent twice`: its producer could not know of the first, and tried again. */
export type Cause = 'failed' | 'sent twice' | Disturbance['what']

export interface Duplicates {
  /** Deliveries again, by what explains each. */
  readonly explained: Map<Cause, number>
  readonly faults: string[]
}

/** Counts what was delivered again, and finds for each a cause that nothing else was explained with. */
export function duplicates(record: RunRecord, group: string, rules: Rules): Duplicates {
  const explained = new Map<Cause, number>()
  const faults: string[] = []
  for (const [id, deliveries] of byId(record, group)) {
    const causes = new Causes(record, rules, record.sent.get(id))
    for (const [index, delivery] of deliveries.entries()) {
      if (index === 0) continue
      const cause = causes.take(deliveries.slice(0, index), delivery)
      if (cause) explained.set(cause, (explained.get(cause) ?? 0) + 1)
      else faults.push(`repeated: ${describe(deliveries, index)} in ${group}, for no reason`)
    }
  }
  return { explained, faults }
}

function byId({ deliveries }: RunRecord, group: string): Map<string, Delivery[]> {
  const grouped = new Map<string, Delivery[]>()
  for (const delivery of deliveries) {
    if (delivery.group !== group) continue
    const same = grouped.get(delivery.id)
    if (same) same.push(delivery)
    else grouped.set(delivery.id, [delivery])
  }
  for (const same of grouped.values()) same.sort((a, b) => a.began.tick - b.began.tick)
  return grouped
}

/** The reasons one message has to come again; each serves once, a disturbance as often as the rules say. */
class Causes {
  readonly #failures = new Set<Delivery>()
  readonly #used = new Map<Disturbance, number>()
  readonly #disturbances: readonly Disturbance[]
  readonly #rules: Rules
  readonly #sent: Sent | undefined
  #sentTwice = false

  constructor({ disturbances }: RunRecord, rules: Rules, sent: Sent | undefined) {
    this.#disturbances = disturbances
    this.#rules = rules
    this.#sent = sent
  }

  take(before: readonly Delivery[], again: Delivery): Cause | undefined {
    return this.#failure(before, again) ?? this.#secondCopy(before, again) ?? this.#disturbance(before, again)
  }

  #failure(before: readonly Delivery[], again: Delivery): Cause | undefined {
    if (this.#rules.broadcasting) return undefined
    const failed = before.find(
      (each) => each.outcome === 'failed' && each.ended!.tick < again.began.tick && !this.#failures.has(each),
    )
    if (!failed) return undefined
    this.#failures.add(failed)
    return 'failed'
  }

  /** Two copies lie in the queues when a disturbance took the answer to the first from its producer. */
  #secondCopy(before: readonly Delivery[], again: Delivery): Cause | undefined {
    const [first] = before
    if (this.#sentTwice || !this.#sent || again.reconsumeTimes > 0 || first!.reconsumeTimes > 0)
      return undefined
    if (samePlace(first!, again)) return undefined
    const { began, answered } = this.#sent
    const disturbed = this.#disturbances.some(
      (each) =>
        each.began.time <= (answered?.time ?? Number.POSITIVE_INFINITY) &&
        (each.over?.time ?? Number.POSITIVE_INFINITY) + this.#rules.settleMs >= began.time,
    )
    if (!disturbed) return undefined
    this.#sentTwice = true
    return 'sent twice'
  }

  /** One that hit the deliveries before: while they were not committed yet, or the group had not settled. */
  #disturbance(before: readonly Delivery[], again: Delivery): Cause | undefined {
    const { uncommittedMs, settleMs, repeatsMax } = this.#rules
    const disturbance = this.#disturbances.find((each) => {
      if (each.began.tick > again.began.tick || (this.#used.get(each) ?? 0) >= repeatsMax) return false
      const from = each.began.time - uncommittedMs
      const to = (each.over?.time ?? Number.POSITIVE_INFINITY) + settleMs
      return before.some(
        ({ began, ended }) => began.time <= to && (ended?.time ?? Number.POSITIVE_INFINITY) >= from,
      )
    })
    if (!disturbance) return undefined
    this.#used.set(disturbance, (this.#used.get(disturbance) ?? 0) + 1)
    return disturbance.what
  }
}

function samePlace(a: Delivery, b: Delivery): boolean {
  return a.queue === b.queue && a.queueOffset === b.queueOffset
}

function describe(deliveries: readonly Delivery[], index: number): string {
  const told = deliveries.slice(0, index + 1).map(({ member, queue, queueOffset, began, ended, outcome }) => {
    return `${member} ${queue}@${queueOffset} ${began.time}–${ended?.time ?? ''} ${outcome}`
  })
  return `${deliveries[index]!.id} [${told.join('; ')}]`
}

import type { Rules } from './rules.js'
import type { Delivery, Disturbance, RunRecord, Sent } from './run-record.js'

/** Why a message may be delivered again. `sent twice`: its producer did not get the first answer and repeated the send. */
export type Cause = 'failed' | 'sent twice' | Disturbance['what']

export interface Duplicates {
  /** Repeated deliveries by their causes. */
  readonly explained: Map<Cause, number>
  readonly faults: string[]
}

/** Counts repeated deliveries, and finds a cause for each; no cause explains two of them. */
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

/**
 * The causes for which one message may be delivered again. Each explains one delivery; a disturbance explains as many
 * as the rules allow, for each queue offset at which the message lies.
 */
class Causes {
  readonly #failures = new Set<Delivery>()
  readonly #used = new Map<string, number>()
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
    if (isCopy(before, again)) return this.#secondSend() ?? this.#secondStore(again)
    return this.#failure(before, again) ?? this.#disturbance(before, again)
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

  /** The producer sent the message again because a disturbance kept the first answer from arriving. */
  #secondSend(): Cause | undefined {
    if (this.#sentTwice || !this.#sent) return undefined
    const { began, answered } = this.#sent
    const disturbed = this.#disturbances.some(
      (each) =>
        each.began.tick <= (answered?.tick ?? Number.POSITIVE_INFINITY) &&
        (each.over?.tick ?? Number.POSITIVE_INFINITY) >= began.tick,
    )
    if (!disturbed) return undefined
    this.#sentTwice = true
    return 'sent twice'
  }

  /** A disturbance while the earlier deliveries were not committed yet, or the group still rebalanced. */
  #disturbance(before: readonly Delivery[], again: Delivery): Cause | undefined {
    const { repeatsAfter, uncommittedMs, rebalanceMs } = this.#rules
    return this.#use(repeatsAfter, again, queueOffsetOf(again), (each) => {
      const from = each.began.time - uncommittedMs
      const to = (each.over?.time ?? Number.POSITIVE_INFINITY) + rebalanceMs
      return before.some(
        ({ began, ended }) => began.time <= to && (ended?.time ?? Number.POSITIVE_INFINITY) >= from,
      )
    })
  }

  /** The broker stored the message again because it had forgotten the first time; the copy may be read at any later time. */
  #secondStore(again: Delivery): Cause | undefined {
    const sentAt = this.#sent?.began.tick ?? 0
    return this.#use(this.#rules.copiesAfter, again, 'copy', ({ began }) => began.tick >= sentAt)
  }

  #use(
    kinds: readonly Disturbance['what'][],
    again: Delivery,
    purpose: string,
    explains: (disturbance: Disturbance) => boolean,
  ): Cause | undefined {
    for (const [index, disturbance] of this.#disturbances.entries()) {
      if (!kinds.includes(disturbance.what) || disturbance.began.tick > again.began.tick) continue
      const use = `${index} ${purpose}`
      const used = this.#used.get(use) ?? 0
      if (used >= this.#rules.repeatsMax || !explains(disturbance)) continue
      this.#used.set(use, used + 1)
      return disturbance.what
    }
    return undefined
  }
}

/** True when the message was stored again, though no consumer sent it back. */
function isCopy(before: readonly Delivery[], again: Delivery): boolean {
  return (
    again.reconsumeTimes === 0 &&
    before.some(({ reconsumeTimes }) => reconsumeTimes === 0) &&
    !before.some((each) => queueOffsetOf(each) === queueOffsetOf(again))
  )
}

function queueOffsetOf({ queue, queueOffset }: Delivery): string {
  return `${queue}@${queueOffset}`
}

function describe(deliveries: readonly Delivery[], index: number): string {
  const history = deliveries
    .slice(0, index + 1)
    .map(({ member, queue, queueOffset, began, ended, outcome }) => {
      return `${member} ${queue}@${queueOffset} ${began.time}–${ended?.time ?? ''} ${outcome}`
    })
  return `${deliveries[index]!.id} [${history.join('; ')}]`
}

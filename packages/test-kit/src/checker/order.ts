import type { Delivery, RunRecord, Sent } from './run-record.js'

/**
 * Messages that overtook another: of one producer and key none may be begun before all acknowledged ones before it are
 * done. Going back and repeating is no fault of order.
 */
export function overtakings(record: RunRecord, group: string): string[] {
  const deliveries = record.deliveries.filter((delivery) => delivery.group === group)
  const firstBegun = firstTicks(deliveries, ({ began }) => began.tick)
  const firstDone = firstTicks(deliveries, ({ ended, outcome }) =>
    outcome === 'done' ? ended?.tick : undefined,
  )
  const faults: string[] = []
  for (const line of lines(record)) {
    let before: Sent | undefined
    let beforeDone = Number.NEGATIVE_INFINITY
    for (const sent of line) {
      const begun = firstBegun.get(sent.id)
      if (begun !== undefined && begun < beforeDone) {
        faults.push(`out of order: ${sent.id} was begun in ${group} before ${before?.id} was done`)
      }
      const done = firstDone.get(sent.id) ?? Number.POSITIVE_INFINITY
      // The latest end of all before it, so that each is compared with one.
      if (done > beforeDone) {
        before = sent
        beforeDone = done
      }
    }
  }
  return faults
}

/** Acknowledged messages by producer and key, as they were sent. */
function lines({ sent }: RunRecord): Sent[][] {
  const byKey = new Map<string, Sent[]>()
  for (const message of sent.values()) {
    if (!message.order || message.fate !== 'expected') continue
    const name = JSON.stringify([message.order.producer, message.order.key])
    const line = byKey.get(name)
    if (line) line.push(message)
    else byKey.set(name, [message])
  }
  for (const line of byKey.values()) line.sort((a, b) => a.order!.sequence - b.order!.sequence)
  return [...byKey.values()]
}

function firstTicks(
  deliveries: readonly Delivery[],
  tickOf: (delivery: Delivery) => number | undefined,
): Map<string, number> {
  const first = new Map<string, number>()
  for (const delivery of deliveries) {
    const tick = tickOf(delivery)
    if (tick !== undefined && tick < (first.get(delivery.id) ?? Number.POSITIVE_INFINITY)) {
      first.set(delivery.id, tick)
    }
  }
  return first
}

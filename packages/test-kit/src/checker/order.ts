import type { Delivery, RunRecord, Sent } from './run-record.js'

/**
 * Finds messages that overtook another: no handler may get a message before all acknowledged messages of its producer
 * and key that were sent earlier are done. A repeated delivery is no fault of order.
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
      // Only the latest end of all earlier messages matters, so each message is compared with one.
      if (done > beforeDone) {
        before = sent
        beforeDone = done
      }
    }
  }
  return faults
}

/** Acknowledged messages by producer and key, in the order in which they were sent. */
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

import type { Rules } from './rules.js'
import type { Delivery, Disturbance, RunRecord } from './run-record.js'

export interface Overlaps {
  readonly faults: string[]
  /** Overlaps after a restart of the broker, which forgets its locks. */
  readonly allowed: number
}

/**
 * Finds two handlers at work on one queue of a group at the same time; the handlers of a killed member count as ended.
 */
export function overlaps(record: RunRecord, group: string, rules: Rules): Overlaps {
  const faults: string[] = []
  let allowed = 0
  const forgotten = record.disturbances.filter(({ what }) => what.startsWith('broker-'))
  for (const deliveries of byQueue(record, group).values()) {
    let last: Delivery | undefined
    for (const delivery of deliveries) {
      if (last && delivery.began.tick < endOf(last, record)) {
        if (forgotten.some((each) => coversMoment(each, delivery.began.time, rules))) allowed++
        else {
          faults.push(
            `overlap: ${delivery.queue} at ${last.member} (${last.id}) and ${delivery.member} (${delivery.id})`,
          )
        }
      }
      if (!last || endOf(delivery, record) > endOf(last, record)) last = delivery
    }
  }
  return { faults, allowed }
}

function byQueue({ deliveries }: RunRecord, group: string): Map<string, Delivery[]> {
  const queues = new Map<string, Delivery[]>()
  for (const delivery of deliveries) {
    if (delivery.group !== group) continue
    const line = queues.get(delivery.queue)
    if (line) line.push(delivery)
    else queues.set(delivery.queue, [delivery])
  }
  for (const line of queues.values()) line.sort((a, b) => a.began.tick - b.began.tick)
  return queues
}

/** The tick at which the delivery ended or its member was killed. */
function endOf(delivery: Delivery, { disturbances }: RunRecord): number {
  const ended = delivery.ended?.tick ?? Number.POSITIVE_INFINITY
  const killed = disturbances.find((each) => endsMember(each, delivery))
  return Math.min(ended, killed?.began.tick ?? Number.POSITIVE_INFINITY)
}

function endsMember({ what, member, began }: Disturbance, delivery: Delivery): boolean {
  return what === 'killed' && member === delivery.member && began.tick > delivery.began.tick
}

/** True from the disturbance on until the group must have its final assignment again. */
function coversMoment({ began, over }: Disturbance, time: number, { rebalanceMs }: Rules): boolean {
  return time >= began.time && time <= (over?.time ?? Number.POSITIVE_INFINITY) + rebalanceMs
}

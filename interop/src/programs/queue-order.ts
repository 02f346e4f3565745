import type { MessageLine } from './client-programs.js'

/** Deliveries to some consumers of a group: the messages that their listeners got, and those that they finished. */
export interface Deliveries {
  begun: readonly MessageLine[]
  consumed: readonly MessageLine[]
}

/**
 * Finds messages out of order, in words: in each queue a message may only begin once all before it have been consumed.
 * Times are those of one machine's clock.
 */
export function outOfOrder(all: readonly Deliveries[]): string[] {
  const firstConsumed = new Map<string, number>()
  for (const message of all.flatMap(({ consumed }) => consumed)) {
    const place = `${message.queueId}/${message.queueOffset}`
    firstConsumed.set(place, Math.min(message.time, firstConsumed.get(place) ?? Number.POSITIVE_INFINITY))
  }
  return all
    .flatMap(({ begun }) => begun)
    .filter(({ queueId, queueOffset, time }) => {
      const before = firstConsumed.get(`${queueId}/${queueOffset - 1}`)
      return queueOffset > 0 && (before === undefined || before > time)
    })
    .map(
      ({ body, queueId, queueOffset }) =>
        `${body} (${queueId}/${queueOffset}) began before the one before it was done`,
    )
}

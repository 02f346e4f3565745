import type { Clock } from '@rocketeer/foundation'
import type { Peer } from '@rocketeer/remoting'
import type { OrderInfos } from './order-infos.js'
import { type PopAccessNeeds, popAccess } from './pop-access.js'
import type { PopFields } from './pop-request.js'
import type { Popper } from './popper.js'
import type { WaitingPops } from './waiting-pops.js'

/** Which pop would pay, in the names of Apache's NotificationRequestHeader. */
export type NotificationFields = Pick<
  PopFields,
  'consumerGroup' | 'topic' | 'queueId' | 'pollTime' | 'bornTime' | 'order' | 'attemptId'
>

export interface Notice {
  readonly hasMessage: boolean
  /** Too many wait already. */
  readonly full: boolean
}

export interface PopNotifierNeeds extends PopAccessNeeds {
  readonly popper: Popper
  readonly orderInfos: OrderInfos
  readonly clock: Clock
  /** Those who wait for a pop; others wait to be told only. */
  readonly waitingPops: WaitingPops
  readonly waitingNotifications: WaitingPops
}

/** Tells whether there is something to pop, waiting for it. Apache: NotificationProcessor, PollingInfoProcessor. */
export class PopNotifier {
  readonly #needs: PopNotifierNeeds

  constructor(needs: PopNotifierNeeds) {
    this.#needs = needs
  }

  async notify(fields: NotificationFields, peer: Peer): Promise<Notice> {
    popAccess(this.#needs, fields)
    const { clock, popper, waitingNotifications } = this.#needs
    const place = { topic: fields.topic, group: fields.consumerGroup, queueId: fields.queueId }
    const has = () => popper.available(place, fields.attemptId, fields.order)
    const now = clock.now()
    const deadline = Math.min(fields.bornTime > 0 ? fields.bornTime : now, now) + fields.pollTime
    while (!has() && clock.now() < deadline && !peer.closed) {
      const woken = await new Promise<boolean>((resolve) => {
        const wakeAt = Math.min(deadline, this.#opensAt(place, fields))
        const wake = () => resolve(true)
        if (
          !waitingNotifications.add({
            ...place,
            peer,
            accepts: undefined,
            deadline: wakeAt,
            wake,
          })
        )
          resolve(false)
      })
      if (!woken) return { hasMessage: false, full: true }
    }
    return { hasMessage: has(), full: false }
  }

  /** How many pops wait for the same messages. */
  waitingAt(fields: Pick<PopFields, 'consumerGroup' | 'topic' | 'queueId'>): number {
    popAccess(this.#needs, fields)
    const place = { topic: fields.topic, group: fields.consumerGroup, queueId: fields.queueId }
    return this.#needs.waitingPops.sizeAt(place)
  }

  #opensAt(place: { topic: string; group: string; queueId: number }, fields: NotificationFields): number {
    if (!fields.order) return Number.POSITIVE_INFINITY
    const { orderInfos, topics } = this.#needs
    const count = place.queueId < 0 ? (topics.get(place.topic)?.readQueueNums ?? 0) : 1
    let first = Number.POSITIVE_INFINITY
    for (let index = 0; index < count; index++) {
      const queue = { ...place, queueId: place.queueId < 0 ? index : place.queueId }
      first = Math.min(first, orderInfos.closedUntil(queue, fields.attemptId) ?? Number.POSITIVE_INFINITY)
    }
    return first
  }
}

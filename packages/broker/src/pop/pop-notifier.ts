import type { Clock } from '@rocketeer/foundation'
import type { Peer } from '@rocketeer/remoting'
import type { WaitingKey } from '../waiting/waiting-requests.js'
import type { OrderInfos } from './order-infos.js'
import { type PopAccessNeeds, popAccess, waitingKeyOf } from './pop-access.js'
import type { PopFields } from './pop-request.js'
import type { Popper } from './popper.js'
import type { WaitingPops } from './waiting-pops.js'

/** The pop that a client would make, in the names of Apache's NotificationRequestHeader. */
export type NotificationFields = Pick<
  PopFields,
  'consumerGroup' | 'topic' | 'queueId' | 'pollTime' | 'bornTime' | 'order' | 'attemptId'
>

export interface Notice {
  readonly hasMessage: boolean
  /** True when too many notifications wait already. */
  readonly full: boolean
}

export interface PopNotifierNeeds extends PopAccessNeeds {
  readonly popper: Popper
  readonly orderInfos: OrderInfos
  readonly clock: Clock
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
    const key = waitingKeyOf(fields)
    const has = () => popper.available(key, fields.attemptId, fields.order)
    const now = clock.now()
    const deadline = Math.min(fields.bornTime > 0 ? fields.bornTime : now, now) + fields.pollTime
    while (!has() && clock.now() < deadline && !peer.closed) {
      const woken = await new Promise<boolean>((resolve) => {
        const request = {
          topic: key.topic,
          group: key.group,
          queueId: key.queueId,
          peer,
          accepts: undefined,
          deadline: Math.min(deadline, this.#opensAt(key, fields)),
          wake: () => resolve(true),
        }
        if (!waitingNotifications.add(request)) resolve(false)
      })
      if (!woken) return { hasMessage: false, full: true }
    }
    return { hasMessage: has(), full: false }
  }

  /** How many pops wait for the same messages. */
  waitingAt(fields: Pick<PopFields, 'consumerGroup' | 'topic' | 'queueId'>): number {
    popAccess(this.#needs, fields)
    return this.#needs.waitingPops.sizeAt(waitingKeyOf(fields))
  }

  #opensAt(key: WaitingKey, fields: NotificationFields): number {
    if (!fields.order) return Number.POSITIVE_INFINITY
    const { orderInfos, topics } = this.#needs
    const count = key.queueId < 0 ? (topics.get(key.topic)?.readQueueNums ?? 0) : 1
    let first = Number.POSITIVE_INFINITY
    for (let index = 0; index < count; index++) {
      const queue = { ...key, queueId: key.queueId < 0 ? index : key.queueId }
      first = Math.min(first, orderInfos.closedUntil(queue, fields.attemptId) ?? Number.POSITIVE_INFINITY)
    }
    return first
  }
}

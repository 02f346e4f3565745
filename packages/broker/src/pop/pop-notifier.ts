import type { Clock } from '@rocketeer/foundation'
import type { RequestFields } from '@rocketeer/protocol'
import type { notification, pollingInfo } from '@rocketeer/protocol/commands'
import type { HandlerOf, Request } from '@rocketeer/remoting'
import type { OrderInfos } from './order-infos.js'
import { type PopAccessNeeds, popAccess } from './pop-access.js'
import type { Popper } from './popper.js'
import type { WaitingPops } from './waiting-pops.js'

type NotificationFields = RequestFields<typeof notification>
type NotificationReply = Awaited<ReturnType<HandlerOf<typeof notification>>>

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

  async notify(fields: NotificationFields, connection: Request['connection']): Promise<NotificationReply> {
    popAccess(this.#needs, fields)
    const { clock, popper, waitingNotifications } = this.#needs
    const place = { topic: fields.topic, group: fields.consumerGroup, queueId: fields.queueId }
    const has = () => popper.available(place, fields.attemptId, fields.order)
    const now = clock.now()
    const deadline = Math.min(fields.bornTime > 0 ? fields.bornTime : now, now) + fields.pollTime
    while (!has() && clock.now() < deadline && !connection.closed) {
      const woken = await new Promise<boolean>((resolve) => {
        const wakeAt = Math.min(deadline, this.#opensAt(place, fields))
        const wake = () => resolve(true)
        if (
          !waitingNotifications.add({
            ...place,
            peer: connection,
            accepts: undefined,
            deadline: wakeAt,
            wake,
          })
        )
          resolve(false)
      })
      if (!woken) return { fields: { hasMsg: false, pollingFull: true } }
    }
    return { fields: { hasMsg: has(), pollingFull: false } }
  }

  pollingInfo(fields: RequestFields<typeof pollingInfo>): Awaited<ReturnType<HandlerOf<typeof pollingInfo>>> {
    popAccess(this.#needs, fields)
    const place = { topic: fields.topic, group: fields.consumerGroup, queueId: fields.queueId }
    return { fields: { pollingNum: this.#needs.waitingPops.sizeAt(place) } }
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

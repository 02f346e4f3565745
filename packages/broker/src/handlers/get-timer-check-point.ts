import { type getTimerCheckPoint, ResponseCode } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { TimerDelivery } from '../timer/timer-delivery.js'

/** How far messages with a delivery time were worked off. Apache: AdminBrokerProcessor.getTimerCheckPoint. */
export function getTimerCheckPointHandler({
  timers,
}: {
  timers: TimerDelivery | undefined
}): HandlerOf<typeof getTimerCheckPoint> {
  return () =>
    timers
      ? { body: timers.apacheCheckpoint() }
      : {
          code: ResponseCode.SYSTEM_ERROR,
          remark: 'The checkpoint is null: timerWheelEnable is false on this broker',
        }
}

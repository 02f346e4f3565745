import { consumerSendMsgBack } from '@rocketeer/protocol/commands'
import { type Route, route } from '@rocketeer/remoting'
import type { SendBack } from './send-back.js'

export function retryRoutes({ sendBack }: { sendBack: SendBack }): Route[] {
  return [
    // A consumer failed on a message and wants it again later.
    route(consumerSendMsgBack, async ({ fields }) => {
      await sendBack.sendBack({
        physicalOffset: fields.offset,
        group: fields.group,
        delayLevel: fields.delayLevel,
        unitMode: fields.unitMode,
        retriesMax: fields.maxReconsumeTimes,
        failureHistory: fields.failureHistory,
      })
      return {}
    }),
  ]
}

import { consumerSendMsgBack } from '@rocketeer/protocol/commands'
import { type Route, route } from '@rocketeer/remoting'
import type { SendBack } from './send-back.js'

export function retryRoutes({ sendBack }: { sendBack: SendBack }): Route[] {
  // A consumer failed on a message and wants it again later.
  return [route(consumerSendMsgBack, ({ fields }) => sendBack.sendBack(fields))]
}

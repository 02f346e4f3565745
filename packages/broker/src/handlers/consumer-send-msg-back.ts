import type { consumerSendMsgBack } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { SendBack } from '../retry/send-back.js'

/** A consumer failed on a message and wants it again later. */
export function consumerSendMsgBackHandler(needs: {
  sendBack: SendBack
}): HandlerOf<typeof consumerSendMsgBack> {
  return ({ fields }) => needs.sendBack.sendBack(fields)
}

import type { sendMessageV2 } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { BatchSender } from '../send/batch-sender.js'
import type { MessageSender } from '../send/message-sender.js'

/** SEND_MESSAGE with short field names. Apache: SendMessageProcessor.processRequest. */
export function sendMessageV2Handler(needs: {
  sender: MessageSender
  batchSender: BatchSender
}): HandlerOf<typeof sendMessageV2> {
  return (request) => (request.fields.batch ? needs.batchSender.send(request) : needs.sender.send(request))
}

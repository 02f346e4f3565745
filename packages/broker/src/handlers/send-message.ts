import type { sendMessage } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { BatchSender } from '../send/batch-sender.js'
import type { MessageSender } from '../send/message-sender.js'

/** Stores a message, or a batch that older clients mark by a flag. Apache: SendMessageProcessor.processRequest. */
export function sendMessageHandler(needs: {
  sender: MessageSender
  batchSender: BatchSender
}): HandlerOf<typeof sendMessage> {
  return (request) => (request.fields.batch ? needs.batchSender.send(request) : needs.sender.send(request))
}

import type { sendBatchMessage } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { BatchSender } from '../send/batch-sender.js'

/** Stores several messages of one topic in a row. Apache: SendMessageProcessor.sendBatchMessage. */
export function sendBatchMessageHandler(needs: {
  batchSender: BatchSender
}): HandlerOf<typeof sendBatchMessage> {
  return (request) => needs.batchSender.send(request)
}

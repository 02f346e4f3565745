import type { sendBatchMessage } from '@rocketeer/protocol'
import type { BatchSender } from '../send/batch-sender.js'
import type { HandlerOf } from './handler-of.js'

/** Stores several messages of one topic in a row. Apache: SendMessageProcessor.sendBatchMessage. */
export function sendBatchMessageHandler(needs: {
  batchSender: BatchSender
}): HandlerOf<typeof sendBatchMessage> {
  return (request) => needs.batchSender.send(request)
}

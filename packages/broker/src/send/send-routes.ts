import type { Clock } from '@rocketeer/foundation'
import { ResponseCode } from '@rocketeer/protocol'
import {
  sendBatchMessage,
  sendMessage,
  sendMessageV2,
  sendReplyMessage,
  sendReplyMessageV2,
} from '@rocketeer/protocol/commands'
import { type Route, route } from '@rocketeer/remoting'
import type { ProducerRegistry } from '../clients/producer-registry.js'
import type { BatchSender } from './batch-sender.js'
import type { MessageSender } from './message-sender.js'
import { sendReplyHandler } from './send-reply.js'
import type { SendRequest, SentMessage } from './send-request.js'

interface Needs {
  readonly sender: MessageSender
  readonly batchSender: BatchSender
  readonly producers: ProducerRegistry
  readonly address: () => string
  readonly clock: Clock
}

/** Apache: SendMessageProcessor, ReplyMessageProcessor. */
export function sendRoutes(needs: Needs): Route[] {
  const { sender, batchSender } = needs
  const send = (request: SendRequest) =>
    // Older clients mark a batch by a flag.
    request.fields.batch ? batchSender.send(request) : sender.send(request)
  return [
    // V2 is the same with short field names.
    route(sendMessageV2, send, sentReply),
    route(sendMessage, send, sentReply),
    route(sendBatchMessage, (request) => batchSender.send(request), sentReply),
    route(sendReplyMessageV2, sendReplyHandler(needs)),
    route(sendReplyMessage, sendReplyHandler(needs)),
  ]
}

/** No object is made for the fields: this is done for every message. */
function sentReply(sent: SentMessage) {
  const code = sent.status === 'ok' ? ResponseCode.SUCCESS : ResponseCode.FLUSH_DISK_TIMEOUT
  return { code, fields: sent }
}

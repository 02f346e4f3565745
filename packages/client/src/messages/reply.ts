import { replyTopicOf } from '@rocketeer/protocol'
import { encodeProperties, PropertyName } from '@rocketeer/protocol/record'
import { clientErrors } from '../errors.js'
import type { Message } from './received-message.js'

/** Apache: MixAll.REPLY_MESSAGE_FLAG. */
const REPLY = 'reply'

/** What a request carries beside its message, in the form of the wire. Apache: DefaultMQProducerImpl.prepareSendRequest. */
export function requestProperties(correlationId: string, clientId: string, timeoutMs: number): string {
  return encodeProperties({
    [PropertyName.CORRELATION_ID]: correlationId,
    [PropertyName.REPLY_TO_CLIENT]: clientId,
    [PropertyName.MESSAGE_TTL]: String(timeoutMs),
  })
}

/** Where the reply to a request goes, and what it carries. Throws `NOT_A_REQUEST`. Apache: MessageUtil.createReplyMessage. */
export function replyTo({ properties, messageId }: Message): { topic: string; properties: string } {
  const cluster = properties[PropertyName.CLUSTER]
  const correlationId = properties[PropertyName.CORRELATION_ID]
  const clientId = properties[PropertyName.REPLY_TO_CLIENT]
  if (cluster === undefined || correlationId === undefined || clientId === undefined) {
    throw clientErrors.NOT_A_REQUEST({ messageId })
  }
  const encoded = encodeProperties({
    [PropertyName.MESSAGE_TYPE]: REPLY,
    [PropertyName.CORRELATION_ID]: correlationId,
    [PropertyName.REPLY_TO_CLIENT]: clientId,
    [PropertyName.MESSAGE_TTL]: properties[PropertyName.MESSAGE_TTL] ?? '0',
  })
  return { topic: replyTopicOf(cluster), properties: encoded }
}

import { type Clock, Refusal } from '@rocketeer/foundation'
import { ResponseCode } from '@rocketeer/protocol'
import { pushReplyMessageToClient, type sendReplyMessage } from '@rocketeer/protocol/commands'
import { decodeProperties, encodeProperties, PropertyName } from '@rocketeer/protocol/record'
import type { HandlerOf } from '@rocketeer/remoting'
import type { ProducerRegistry } from '../clients/producer-registry.js'
import type { MessageSender } from './message-sender.js'
import type { SendRequest, SentMessage } from './send-request.js'

/** Apache: Broker2Client.callClient. */
const PUSH_TIMEOUT_MS = 10_000

interface SendReplyNeeds {
  producers: ProducerRegistry
  sender: MessageSender
  /** `host:port` of this broker. */
  address: () => string
  clock: Clock
}

/**
 * The answer to a request: pushed to the client that waits for it, and stored for those who look later. The sender is
 * told whether the push succeeded. Apache: ReplyMessageProcessor.
 */
export function sendReplyHandler(needs: SendReplyNeeds): HandlerOf<typeof sendReplyMessage> {
  return (request) => answer(request, needs)
}

async function answer(request: SendRequest, needs: SendReplyNeeds) {
  const problem = await push(request, needs)
  const stored = await store(request, needs)
  const code = problem === undefined ? ResponseCode.SUCCESS : ResponseCode.SYSTEM_ERROR
  // Clients cannot do without an id, even when nothing was stored.
  const fields = stored ?? { msgId: '0', queueId: request.fields.queueId, queueOffset: 0 }
  return { code, fields, ...(problem !== undefined && { remark: problem }) }
}

/** Undefined when storing the reply is refused; a push that succeeded stays one. */
async function store(request: SendRequest, { sender }: SendReplyNeeds): Promise<SentMessage | undefined> {
  try {
    return await sender.send(request)
  } catch (error) {
    if (error instanceof Refusal) return undefined
    throw error
  }
}

/** Undefined, or why the reply did not get to the client. */
async function push(request: SendRequest, needs: SendReplyNeeds): Promise<string | undefined> {
  const { fields, body, connection } = request
  const properties = decodeProperties(fields.properties ?? '')
  const clientId = properties[PropertyName.REPLY_TO_CLIENT]
  if (clientId === undefined) return `reply message properties[${PropertyName.REPLY_TO_CLIENT}] is null`
  const client = needs.producers.withClientId(clientId)
  if (client === undefined) return `push reply message fail, channel of <${clientId}> not found.`
  const now = needs.clock.now()
  try {
    const { code } = await client.connection.request(
      pushReplyMessageToClient,
      {
        ...fields,
        unitMode: fields.unitMode ?? false,
        properties: encodeProperties({ ...properties, [PropertyName.PUSH_REPLY_TIME]: String(now) }),
        bornHost: connection.remoteAddress,
        storeHost: needs.address(),
        storeTimestamp: now,
      },
      body,
      { timeoutMs: PUSH_TIMEOUT_MS },
    )
    if (code === ResponseCode.SUCCESS) return undefined
  } catch {
    // The client is gone or too slow; the replier is told the same of both.
  }
  return `push reply message to ${clientId} fail.`
}

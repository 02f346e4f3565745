import { isRocketeerError, messageOf } from '@rocketeer/foundation'
import type { Command, FieldTable, FieldValues } from '@rocketeer/protocol'
import type { Reply } from '@rocketeer/remoting'
import { refusals } from '../errors.js'
import type { ConsumerRegistry } from './consumer-registry.js'

/** Apache: Broker2Client.callClient. */
const CALL_TIMEOUT_MS = 10_000

export interface ConsumerCall<Fields extends FieldTable> {
  readonly command: Command<Fields, FieldTable>
  readonly fields: FieldValues<Fields>
  readonly body?: Buffer
}

/** Passes a request on to one consumer and its answer back. Apache: AdminBrokerProcessor.callConsumer. */
export async function callConsumer<Fields extends FieldTable>(
  consumers: ConsumerRegistry,
  { group, clientId }: { group: string; clientId: string | undefined },
  { command, fields, body }: ConsumerCall<Fields>,
): Promise<Reply> {
  const consumer = clientId === undefined ? undefined : consumers.get(group)?.member(clientId)
  if (clientId === undefined || consumer === undefined)
    throw refusals.CONSUMER_NOT_ONLINE({ group, clientId: clientId ?? '' })
  try {
    const response = await consumer.connection.request(command, fields, body, {
      timeoutMs: CALL_TIMEOUT_MS,
      mayWait: true,
    })
    return { code: response.code, remark: response.remark, body: Buffer.from(response.body) }
  } catch (error) {
    const timedOut = isRocketeerError(error, 'REQUEST_TIMEOUT')
    const refusal = timedOut ? refusals.CONSUMER_TIMED_OUT : refusals.CONSUMER_FAILED
    throw refusal({ group, clientId, reason: messageOf(error) }, error)
  }
}

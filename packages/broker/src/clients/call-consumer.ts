import { isRocketeerError, messageOf } from '@rocketeer/foundation'
import { type Command, type FieldTable, type FieldValues, ResponseCode } from '@rocketeer/protocol'
import type { Reply } from '@rocketeer/remoting'
import type { ConsumerRegistry } from './consumer-registry.js'

/** Apache: Broker2Client.callClient. */
const CALL_TIMEOUT_MS = 10_000

/** Passes a request on to one consumer and its answer back. Apache: AdminBrokerProcessor.callConsumer. */
export async function callConsumer<Fields extends FieldTable>(
  consumers: ConsumerRegistry,
  { group, clientId }: { group: string; clientId: string | undefined },
  command: Command<Fields, FieldTable>,
  fields: FieldValues<Fields>,
  body?: Buffer,
): Promise<Reply> {
  const consumer = clientId === undefined ? undefined : consumers.get(group)?.member(clientId)
  if (consumer === undefined) {
    return {
      code: ResponseCode.SYSTEM_ERROR,
      remark: `The Consumer <${group}> <${clientId ?? ''}> not online`,
    }
  }
  try {
    const response = await consumer.connection.request(command, fields, body, { timeoutMs: CALL_TIMEOUT_MS })
    return { code: response.code, remark: response.remark, body: Buffer.from(response.body) }
  } catch (error) {
    const timedOut = isRocketeerError(error, 'REQUEST_TIMEOUT')
    return {
      code: timedOut ? ResponseCode.CONSUME_MSG_TIMEOUT : ResponseCode.SYSTEM_ERROR,
      remark: `invoke consumer <${group}> <${clientId}> failed: ${messageOf(error)}`,
    }
  }
}

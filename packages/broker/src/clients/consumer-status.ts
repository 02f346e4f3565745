import { type Logger, messageOf } from '@rocketeer/foundation'
import { ResponseCode } from '@rocketeer/protocol'
import {
  GetConsumerStatusBody,
  getConsumerStatusFromClient,
  type invokeBrokerToGetConsumerStatus,
} from '@rocketeer/protocol/commands'
import type { HandlerOf } from '@rocketeer/remoting'
import { refusals } from '../errors.js'
import type { ConsumerRegistry } from './consumer-registry.js'
import type { RegisteredClient } from './registered-client.js'

/** Apache: Broker2Client.getConsumeStatus. */
const CALL_TIMEOUT_MS = 5000

/** Asks all members of a group, or the one named, for the offsets they have consumed. Apache: Broker2Client.getConsumeStatus. */
export function consumerStatusHandler({
  consumers,
  logger,
}: {
  consumers: ConsumerRegistry
  logger: Logger
}): HandlerOf<typeof invokeBrokerToGetConsumerStatus> {
  const ask = async (member: RegisteredClient, topic: string, group: string) => {
    const options = { timeoutMs: CALL_TIMEOUT_MS }
    const answer = member.connection.request(
      getConsumerStatusFromClient,
      { topic, group },
      undefined,
      options,
    )
    const { code, body } = await answer
    return code === ResponseCode.SUCCESS ? GetConsumerStatusBody.decode(body).messageQueueTable : undefined
  }
  return async ({ fields: { topic, group, clientAddr } }) => {
    const members = [...(consumers.get(group)?.members.values() ?? [])]
    if (members.length === 0) throw refusals.GROUP_WITHOUT_MEMBERS({ group, to: 'ask' })
    const consumerTable: GetConsumerStatusBody['consumerTable'] = new Map()
    for (const member of members) {
      const { clientId } = member
      if (clientAddr && clientAddr !== clientId) continue
      try {
        const queues = await ask(member, topic, group)
        if (queues) consumerTable.set(clientId, queues)
      } catch (error) {
        logger.warn(
          { group, clientId, reason: messageOf(error) },
          'a consumer was asked for its offsets and did not answer',
        )
      }
    }
    return { body: GetConsumerStatusBody.encode({ messageQueueTable: [], consumerTable }) }
  }
}

import { encodeProducerConnection, type getProducerConnectionList, ResponseCode } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import { connectionInfo } from '../admin/connection-info.js'
import type { ProducerRegistry } from '../clients/producer-registry.js'

/** Apache: AdminBrokerProcessor.getProducerConnectionList. */
export function getProducerConnectionListHandler({
  producers,
}: {
  producers: ProducerRegistry
}): HandlerOf<typeof getProducerConnectionList> {
  return ({ fields: { producerGroup } }) => {
    const members = producers.members(producerGroup)
    if (members.length === 0) {
      return { code: ResponseCode.SYSTEM_ERROR, remark: `the producer group[${producerGroup}] not exist` }
    }
    return { body: encodeProducerConnection({ connectionSet: members.map(connectionInfo) }) }
  }
}

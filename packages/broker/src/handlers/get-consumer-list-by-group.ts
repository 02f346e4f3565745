import {
  encodeGetConsumerListByGroupResponseBody,
  type getConsumerListByGroup,
  ResponseCode,
} from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { ConsumerRegistry } from '../clients/consumer-registry.js'

/** Who shares the queues of a group. Apache: ConsumerManageProcessor.getConsumerListByGroup. */
export function getConsumerListByGroupHandler(needs: {
  consumers: ConsumerRegistry
}): HandlerOf<typeof getConsumerListByGroup> {
  return ({ fields: { consumerGroup } }) => {
    const group = needs.consumers.get(consumerGroup)
    if (group === undefined) {
      return { code: ResponseCode.SYSTEM_ERROR, remark: `no consumer for this group, ${consumerGroup}` }
    }
    return { body: encodeGetConsumerListByGroupResponseBody({ consumerIdList: group.clientIds }) }
  }
}

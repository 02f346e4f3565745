import { encodeConsumerOffsetSerializeWrapper, type getAllConsumerOffset } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { ConsumerOffsets } from '../offsets/consumer-offsets.js'

/** Every committed offset. Apache: AdminBrokerProcessor.getAllConsumerOffset. */
export function getAllConsumerOffsetHandler({
  offsets,
}: {
  offsets: ConsumerOffsets
}): HandlerOf<typeof getAllConsumerOffset> {
  return () => ({
    body: encodeConsumerOffsetSerializeWrapper({
      offsetTable: new Map([...offsets.all()].map(([key, queues]) => [key, new Map(queues)])),
      dataVersion: offsets.dataVersion,
    }),
  })
}

import { connectionShape } from './connection-info.js'
import { bodyOf, list, object, type ValueOf } from './shape.js'

export const producerConnectionShape = object({
  connectionSet: list(connectionShape),
})

/** Who is in a producer group. Apache: ProducerConnection. */
export type ProducerConnection = ValueOf<typeof producerConnectionShape>

export const { encode: encodeProducerConnection, decode: decodeProducerConnection } = bodyOf(
  'ProducerConnection',
  producerConnectionShape,
)

import { bodyOf, integer, list, object, optional, text, type ValueOf } from './shape.js'

export const batchAckShape = object({
  c: text(),
  t: text(),
  r: optional(text()),
  so: integer(),
  q: integer(),
  rq: integer(),
  pt: integer(),
  it: integer(),
  b: optional(text()),
})

/**
 * Messages of one POP_MESSAGE answer to acknowledge; letters as on the wire: c consumer group, t topic, r retry,
 * so start offset, q queue id, rq revive queue id, pt pop time, it invisible time, b the bits of the acknowledged
 * offsets (base64). Apache: BatchAck.
 */
export type BatchAck = ValueOf<typeof batchAckShape>

export const batchAckMessageRequestBodyShape = object({
  brokerName: optional(text()),
  acks: list(batchAckShape),
})

/** Messages to acknowledge. Apache: BatchAckMessageRequestBody. */
export type BatchAckMessageRequestBody = ValueOf<typeof batchAckMessageRequestBodyShape>

export const { encode: encodeBatchAckMessageRequestBody, decode: decodeBatchAckMessageRequestBody } = bodyOf(
  'BatchAckMessageRequestBody',
  batchAckMessageRequestBodyShape,
)

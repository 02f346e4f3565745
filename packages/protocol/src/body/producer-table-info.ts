import { bodyOf, integer, list, mapOf, object, optional, text, type ValueOf } from './shape.js'

export const producerInfoShape = object({
  clientId: optional(text()),
  remoteIP: optional(text()),
  language: optional(text()),
  version: integer(),
  lastUpdateTimestamp: integer(),
})

/** One producer. Apache: ProducerInfo. */
export type ProducerInfo = ValueOf<typeof producerInfoShape>

export const producerTableInfoShape = object({
  data: mapOf(text(), list(producerInfoShape)),
})

/** Every producer of a broker by group. Apache: ProducerTableInfo. */
export type ProducerTableInfo = ValueOf<typeof producerTableInfoShape>

export const { encode: encodeProducerTableInfo, decode: decodeProducerTableInfo } = bodyOf(
  'ProducerTableInfo',
  producerTableInfoShape,
)

import { bodyOf, integer, mapOf, object, string, type ValueOf } from '../body/shape.js'

export const dataVersionShape = object({
  stateVersion: integer(),
  timestamp: integer(),
  counter: integer(),
})

/** Which state of a table a peer has: equal versions mean equal tables. Apache: DataVersion. */
export type DataVersion = ValueOf<typeof dataVersionShape>

export const { encode: encodeDataVersion, decode: decodeDataVersion } = bodyOf(
  'DataVersion',
  dataVersionShape,
)

export const kvTableShape = object({
  table: mapOf(string(), string()),
})

/** Names and values. Apache: KVTable. */
export type KVTable = ValueOf<typeof kvTableShape>

export const { encode: encodeKVTable, decode: decodeKVTable } = bodyOf('KVTable', kvTableShape)

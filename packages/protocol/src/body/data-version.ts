import { bodyOf, integer, object, type ValueOf } from './shape.js'

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

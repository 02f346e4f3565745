import { body } from '../body/body.js'
import { integer, mapOf, string, type ValueOf } from '../body/shape.js'

/** Which state of a table a peer has: equal versions mean equal tables. Apache: DataVersion. */
export const DataVersion = body('DataVersion', {
  stateVersion: integer(),
  timestamp: integer(),
  counter: integer(),
})
export type DataVersion = ValueOf<typeof DataVersion>

/** Names and values. Apache: KVTable. */
export const KVTable = body('KVTable', {
  table: mapOf(string(), string()),
})
export type KVTable = ValueOf<typeof KVTable>

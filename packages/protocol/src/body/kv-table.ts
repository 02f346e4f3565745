import { bodyOf, mapOf, object, text, type ValueOf } from './shape.js'

export const kvTableShape = object({
  table: mapOf(text(), text()),
})

/** Names and values. Apache: KVTable. */
export type KVTable = ValueOf<typeof kvTableShape>

export const { encode: encodeKVTable, decode: decodeKVTable } = bodyOf('KVTable', kvTableShape)

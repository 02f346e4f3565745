import { bodyOf, mapOf, object, text, type ValueOf } from './shape.js'

export const kvConfigSerializeWrapperShape = object({
  configTable: mapOf(text(), mapOf(text(), text())),
})

/**
 * The nameserver's configuration table by namespace; also the shape of kvConfig.json. Apache:
 * KVConfigSerializeWrapper.
 */
export type KVConfigSerializeWrapper = ValueOf<typeof kvConfigSerializeWrapperShape>

export const { encode: encodeKVConfigSerializeWrapper, decode: decodeKVConfigSerializeWrapper } = bodyOf(
  'KVConfigSerializeWrapper',
  kvConfigSerializeWrapperShape,
)

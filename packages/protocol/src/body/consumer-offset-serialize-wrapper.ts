import { dataVersionShape } from './data-version.js'
import { bodyOf, integer, mapOf, object, optional, text, type ValueOf } from './shape.js'

export const consumerOffsetSerializeWrapperShape = object({
  offsetTable: mapOf(text(), mapOf(integer(), integer())),
  dataVersion: optional(dataVersionShape),
})

/**
 * Committed offsets by `topic@group` and queue; also the shape of consumerOffset.json. Apache:
 * ConsumerOffsetSerializeWrapper.
 */
export type ConsumerOffsetSerializeWrapper = ValueOf<typeof consumerOffsetSerializeWrapperShape>

export const { encode: encodeConsumerOffsetSerializeWrapper, decode: decodeConsumerOffsetSerializeWrapper } =
  bodyOf('ConsumerOffsetSerializeWrapper', consumerOffsetSerializeWrapperShape)

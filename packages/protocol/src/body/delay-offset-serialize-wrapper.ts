import { dataVersionShape } from './data-version.js'
import { bodyOf, integer, mapOf, object, optional, type ValueOf } from './shape.js'

export const delayOffsetSerializeWrapperShape = object({
  offsetTable: mapOf(integer(), integer()),
  dataVersion: optional(dataVersionShape),
})

/** How far each delay level is delivered; also the shape of delayOffset.json. Apache: DelayOffsetSerializeWrapper. */
export type DelayOffsetSerializeWrapper = ValueOf<typeof delayOffsetSerializeWrapperShape>

export const { encode: encodeDelayOffsetSerializeWrapper, decode: decodeDelayOffsetSerializeWrapper } =
  bodyOf('DelayOffsetSerializeWrapper', delayOffsetSerializeWrapperShape)

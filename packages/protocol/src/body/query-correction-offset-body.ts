import { bodyOf, integer, mapOf, object, type ValueOf } from './shape.js'

export const queryCorrectionOffsetBodyShape = object({
  correctionOffsets: mapOf(integer(), integer()),
})

/** Offsets by queue. Apache: QueryCorrectionOffsetBody. */
export type QueryCorrectionOffsetBody = ValueOf<typeof queryCorrectionOffsetBodyShape>

export const { encode: encodeQueryCorrectionOffsetBody, decode: decodeQueryCorrectionOffsetBody } = bodyOf(
  'QueryCorrectionOffsetBody',
  queryCorrectionOffsetBodyShape,
)

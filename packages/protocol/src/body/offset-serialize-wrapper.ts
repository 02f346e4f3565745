import { messageQueueShape } from './message-queue.js'
import { bodyOf, integer, object, pairs, type ValueOf } from './shape.js'

export const offsetSerializeWrapperShape = object({
  offsetTable: pairs(messageQueueShape, integer()),
})

/** The file a broadcasting consumer keeps its offsets in. Apache: OffsetSerializeWrapper of the client. */
export type OffsetSerializeWrapper = ValueOf<typeof offsetSerializeWrapperShape>

export const { encode: encodeOffsetSerializeWrapper, decode: decodeOffsetSerializeWrapper } = bodyOf(
  'OffsetSerializeWrapper',
  offsetSerializeWrapperShape,
)

import { bodyOf, list, object, text, type ValueOf } from './shape.js'

export const getConsumerListByGroupResponseBodyShape = object({
  consumerIdList: list(text()),
})

/** Client ids of a group. Apache: GetConsumerListByGroupResponseBody. */
export type GetConsumerListByGroupResponseBody = ValueOf<typeof getConsumerListByGroupResponseBodyShape>

export const {
  encode: encodeGetConsumerListByGroupResponseBody,
  decode: decodeGetConsumerListByGroupResponseBody,
} = bodyOf('GetConsumerListByGroupResponseBody', getConsumerListByGroupResponseBodyShape)

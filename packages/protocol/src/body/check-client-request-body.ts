import { bodyOf, object, optional, text, type ValueOf } from './shape.js'
import { subscriptionDataShape } from './subscription-data.js'

export const checkClientRequestBodyShape = object({
  clientId: optional(text()),
  group: optional(text()),
  subscriptionData: optional(subscriptionDataShape),
  namespace: optional(text()),
})

/** A filter expression to be compiled on trial. Apache: CheckClientRequestBody. */
export type CheckClientRequestBody = ValueOf<typeof checkClientRequestBodyShape>

export const { encode: encodeCheckClientRequestBody, decode: decodeCheckClientRequestBody } = bodyOf(
  'CheckClientRequestBody',
  checkClientRequestBodyShape,
)

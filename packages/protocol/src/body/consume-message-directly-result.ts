import { bodyOf, flag, integer, object, optional, text, type ValueOf } from './shape.js'

export const consumeMessageDirectlyResultShape = object({
  order: flag(),
  autoCommit: flag(true),
  consumeResult: optional(text()),
  remark: optional(text()),
  spentTimeMills: integer(),
})

/**
 * How a message handled on request went; `consumeResult` is a name of CMResult. Apache:
 * ConsumeMessageDirectlyResult.
 */
export type ConsumeMessageDirectlyResult = ValueOf<typeof consumeMessageDirectlyResultShape>

export const { encode: encodeConsumeMessageDirectlyResult, decode: decodeConsumeMessageDirectlyResult } =
  bodyOf('ConsumeMessageDirectlyResult', consumeMessageDirectlyResultShape)

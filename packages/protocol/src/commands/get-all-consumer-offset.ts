import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'

/** A slave copies all committed offsets. Apache: ConsumerOffsetSerializeWrapper (response body). */
export const getAllConsumerOffset = defineCommand({
  code: RequestCode.GET_ALL_CONSUMER_OFFSET,
})

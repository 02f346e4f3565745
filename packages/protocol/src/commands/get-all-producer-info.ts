import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'

/** Every producer of a broker; the body is a ProducerTableInfo. Apache: GetAllProducerInfoRequestHeader. */
export const getAllProducerInfo = defineCommand({
  code: RequestCode.GET_ALL_PRODUCER_INFO,
})

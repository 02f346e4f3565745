import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { text } from '../command/field.js'

/** Who is in a producer group; the body is a ProducerConnection. Apache: GetProducerConnectionListRequestHeader. */
export const getProducerConnectionList = defineCommand({
  code: RequestCode.GET_PRODUCER_CONNECTION_LIST,
  request: {
    producerGroup: text(),
  },
})

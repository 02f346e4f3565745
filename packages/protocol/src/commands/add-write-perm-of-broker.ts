import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { int32, text } from '../command/field.js'

/** Gives the write permission back. Apache: AddWritePermOfBrokerRequestHeader, AddWritePermOfBrokerResponseHeader. */
export const addWritePermOfBroker = defineCommand({
  code: RequestCode.ADD_WRITE_PERM_OF_BROKER,
  request: {
    brokerName: text(),
  },
  response: {
    addTopicCount: int32(),
  },
})

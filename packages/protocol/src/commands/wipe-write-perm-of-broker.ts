import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { int32, text } from '../command/field.js'

/**
 * Takes the write permission from every topic of a broker, before maintenance. Apache:
 * WipeWritePermOfBrokerRequestHeader, WipeWritePermOfBrokerResponseHeader.
 */
export const wipeWritePermOfBroker = defineCommand({
  code: RequestCode.WIPE_WRITE_PERM_OF_BROKER,
  request: {
    brokerName: text(),
  },
  response: {
    wipeTopicCount: int32(),
  },
})

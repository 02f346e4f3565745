import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { optional, text } from '../command/field.js'

/** A client leaves a producer or a consumer group. Apache: UnregisterClientRequestHeader. */
export const unregisterClient = defineCommand({
  code: RequestCode.UNREGISTER_CLIENT,
  request: {
    clientID: text(),
    producerGroup: optional(text()),
    consumerGroup: optional(text()),
  },
})

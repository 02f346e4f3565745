import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { text } from '../command/field.js'

/** Sets one key of the nameserver's configuration table. Apache: PutKVConfigRequestHeader. */
export const putKvConfig = defineCommand({
  code: RequestCode.PUT_KV_CONFIG,
  request: {
    namespace: text(),
    key: text(),
    value: text(),
  },
})

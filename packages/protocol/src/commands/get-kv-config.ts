import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { optional, text } from '../command/field.js'

/**
 * Reads one key of the nameserver's configuration table. Apache: GetKVConfigRequestHeader,
 * GetKVConfigResponseHeader.
 */
export const getKvConfig = defineCommand({
  code: RequestCode.GET_KV_CONFIG,
  request: {
    namespace: text(),
    key: text(),
  },
  response: {
    value: optional(text()),
  },
})

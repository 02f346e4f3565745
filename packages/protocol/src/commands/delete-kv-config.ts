import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { text } from '../command/field.js'

/** Removes one key of the nameserver's configuration table. Apache: DeleteKVConfigRequestHeader. */
export const deleteKvConfig = defineCommand({
  code: RequestCode.DELETE_KV_CONFIG,
  request: {
    namespace: text(),
    key: text(),
  },
})

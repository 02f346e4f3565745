import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { text } from '../command/field.js'

/** All keys of one namespace; the body is a KVTable. Apache: GetKVListByNamespaceRequestHeader. */
export const getKvlistByNamespace = defineCommand({
  code: RequestCode.GET_KVLIST_BY_NAMESPACE,
  request: {
    namespace: text(),
  },
})

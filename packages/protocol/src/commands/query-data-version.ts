import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { boolean, int64, text } from '../command/field.js'

/**
 * A broker asks whether its topics differ from what the nameserver has; both bodies are a DataVersion. Apache:
 * QueryDataVersionRequestHeader, QueryDataVersionResponseHeader.
 */
export const queryDataVersion = defineCommand({
  code: RequestCode.QUERY_DATA_VERSION,
  request: {
    brokerName: text(),
    brokerAddr: text(),
    clusterName: text(),
    brokerId: int64(),
  },
  response: {
    changed: boolean(),
  },
})

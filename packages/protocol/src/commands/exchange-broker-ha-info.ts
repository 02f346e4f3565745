import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { int64, optional, text } from '../command/field.js'

/**
 * A slave asks its master where to replicate from; a master tells a slave that it has come up. Apache:
 * ExchangeHAInfoRequestHeader, ExchangeHAInfoResponseHeader.
 */
export const exchangeBrokerHaInfo = defineCommand({
  code: RequestCode.EXCHANGE_BROKER_HA_INFO,
  request: {
    masterHaAddress: optional(text()),
    masterFlushOffset: optional(int64()),
    masterAddress: optional(text()),
  },
  response: {
    masterHaAddress: optional(text()),
    masterFlushOffset: optional(int64()),
    masterAddress: optional(text()),
  },
})

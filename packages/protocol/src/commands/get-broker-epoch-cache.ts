import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'

/** The epochs of a replicated commit log. Apache: EpochEntryCache (response body). */
export const getBrokerEpochCache = defineCommand({
  code: RequestCode.GET_BROKER_EPOCH_CACHE,
})

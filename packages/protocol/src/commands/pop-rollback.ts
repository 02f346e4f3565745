import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'

/**
 * mqadmin asks a broker to write taken messages back from its file store to its message store. Apache:
 * MQClientAPIImpl.cleanExpiredCQOrdered (no header).
 */
export const popRollback = defineCommand({
  code: RequestCode.POP_ROLLBACK,
})

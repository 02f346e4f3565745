import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { int64 } from '../command/field.js'

/** Sets how far a slave believes its master to be flushed. Apache: ResetMasterFlushOffsetHeader. */
export const resetMasterFlushOffset = defineCommand({
  code: RequestCode.RESET_MASTER_FLUSH_OFFSET,
  request: {
    masterFlushOffset: int64(),
  },
})

import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { int64, text } from '../command/field.js'

/** Compares consume queues in files and in RocksDB. Apache: CheckRocksdbCqWriteProgressRequestHeader. */
export const checkRocksdbCqWriteProgress = defineCommand({
  code: RequestCode.CHECK_ROCKSDB_CQ_WRITE_PROGRESS,
  request: {
    topic: text(),
    checkStoreTime: int64({ default: 0 }),
  },
})

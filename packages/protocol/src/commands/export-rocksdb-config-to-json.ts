import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { text } from '../command/field.js'

/** Writes configuration kept in RocksDB as JSON files. Apache: ExportRocksDBConfigToJsonRequestHeader. */
export const exportRocksdbConfigToJson = defineCommand({
  code: RequestCode.EXPORT_ROCKSDB_CONFIG_TO_JSON,
  request: {
    configType: text(),
  },
})

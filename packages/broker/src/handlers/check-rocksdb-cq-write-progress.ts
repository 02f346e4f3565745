import type { checkRocksdbCqWriteProgress } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'

/** Apache: CheckRocksdbCqWriteResult.CheckStatus.CHECK_ERROR, the only one whose text mqadmin prints. */
const CHECK_ERROR = 3

/** Says that there is nothing to compare. Apache: AdminBrokerProcessor.checkRocksdbCqWriteProgress. */
export function checkRocksdbCqWriteProgressHandler(): HandlerOf<typeof checkRocksdbCqWriteProgress> {
  const checkResult = 'consume queues are kept in files, there is no RocksDB to compare them with'
  const body = Buffer.from(JSON.stringify({ checkResult, checkStatus: CHECK_ERROR }))
  return () => ({ body })
}

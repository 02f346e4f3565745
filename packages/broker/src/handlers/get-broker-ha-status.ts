import { encodeHARuntimeInfo, type getBrokerHaStatus } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { AdminStore } from '../admin/admin-store.js'

/** A master without slaves. Apache: AdminBrokerProcessor.getBrokerHaStatus. */
export function getBrokerHaStatusHandler({
  store,
}: {
  store: AdminStore
}): HandlerOf<typeof getBrokerHaStatus> {
  return () => ({
    body: encodeHARuntimeInfo({
      master: true,
      masterCommitLogMaxOffset: store.stats.maxPhysicalOffset,
      inSyncSlaveNums: 0,
      haConnectionInfo: [],
    }),
  })
}

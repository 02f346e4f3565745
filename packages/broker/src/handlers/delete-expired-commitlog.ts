import type { deleteExpiredCommitlog } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { AdminStore } from '../admin/admin-store.js'

/** Deletes what is expired now, whatever the hour. Apache: AdminBrokerProcessor.deleteExpiredCommitLog. */
export function deleteExpiredCommitlogHandler({
  store,
}: {
  store: AdminStore
}): HandlerOf<typeof deleteExpiredCommitlog> {
  return async () => {
    await store.deleteExpiredFiles()
    return {}
  }
}

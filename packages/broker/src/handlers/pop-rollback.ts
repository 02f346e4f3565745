import type { popRollback } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'

/**
 * Apache's broker can keep check points in RocksDB, and moves them to the revive topic when asked. Here they are always in
 * that topic, so there is nothing to move. Apache: AdminBrokerProcessor.transferPopToFsStore.
 */
export function popRollbackHandler(): HandlerOf<typeof popRollback> {
  return () => ({})
}

import type { Client } from '@rocketeer/client'
import { isRocketeerError } from '@rocketeer/foundation'
import { toolkitErrors } from '../../errors.js'
import { givenClients } from '../../given.js'

/** One of the two clusters of a migration: `from` is the old one, `to` the new one. */
export type Side = 'from' | 'to'

/** A client of each cluster. */
export interface Clusters {
  /** Of the old cluster. */
  readonly from: Client
  /** Of the new cluster. */
  readonly to: Client
}

export const otherSide = (side: Side): Side => (side === 'from' ? 'to' : 'from')

/** How texts call a side. */
export const clusterName = (side: Side): string => (side === 'from' ? 'old' : 'new')

/** Rejects with `MIGRATION_SAME_CLUSTER` when a broker is in both, with `OPTION_INVALID` when they are no clients. */
export async function checkTwoClusters(clusters: Clusters): Promise<void> {
  givenClients(clusters, 'migration')
  const { from, to } = clusters
  const [old, fresh] = await Promise.all([from.admin().brokers.list(), to.admin().brokers.list()])
  const known = new Set(old.map(({ address }) => address))
  const both = fresh.find(({ address }) => known.has(address))
  if (both !== undefined) throw toolkitErrors.MIGRATION_SAME_CLUSTER({ address: both.address })
}

/** Runs `ask` on one side; a topic or group that is not there is named with its cluster. */
export async function inCluster<Result>(side: Side, ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask()
  } catch (error) {
    if (isRocketeerError(error, 'GROUP_UNKNOWN')) {
      const { group } = error.details
      throw toolkitErrors.MIGRATION_GROUP_MISSING({ group, cluster: clusterName(side) }, error)
    }
    if (!isRocketeerError(error, 'NO_ROUTE') || error.details.exists) throw error
    const { topic } = error.details
    throw toolkitErrors.MIGRATION_TOPIC_MISSING({ topic, cluster: clusterName(side) }, error)
  }
}

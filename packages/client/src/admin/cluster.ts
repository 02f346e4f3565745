import type { Clock } from '@rocketeer/foundation'
import { MASTER_ID } from '@rocketeer/protocol/bodies'
import { ClusterInfo, getBrokerClusterInfo } from '@rocketeer/protocol/commands'
import { clientErrors } from '../errors.js'
import type { Brokers } from '../routing/brokers.js'
import type { Nameservers } from '../routing/nameservers.js'
import type { RouteCache } from '../routing/route-cache.js'

/** What the parts of `Admin` work with. */
export interface AdminNeeds {
  brokers: Brokers
  routes: RouteCache
  nameservers: Nameservers
  clock: Clock
}

/** One broker process. */
export interface BrokerAddress {
  cluster: string
  brokerName: string
  /** 0 is the master. */
  brokerId: number
  /** `host:port`. */
  address: string
}

/** All brokers the nameservers list, sorted by cluster, name and id. */
export async function brokersOfCluster({ nameservers, routes }: AdminNeeds): Promise<BrokerAddress[]> {
  const response = await nameservers.call(getBrokerClusterInfo, {})
  const { brokerAddrTable, clusterAddrTable } = ClusterInfo.decode(response.body)
  const found: BrokerAddress[] = []
  for (const [cluster, brokerNames] of clusterAddrTable) {
    for (const brokerName of brokerNames) {
      const addresses = brokerAddrTable.get(brokerName)?.brokerAddrs
      if (addresses === undefined) continue
      routes.learn(brokerName, addresses)
      for (const [brokerId, address] of addresses) found.push({ cluster, brokerName, brokerId, address })
    }
  }
  const order = (broker: BrokerAddress) => `${broker.cluster}\n${broker.brokerName}\n${broker.brokerId}`
  return found.sort((a, b) => (order(a) < order(b) ? -1 : 1))
}

/** Which brokers a change is for; all masters when nothing is given. */
export interface BrokerChoice {
  /** Names of brokers. */
  brokers?: readonly string[] | undefined
  /** All brokers of this cluster. */
  cluster?: string | undefined
}

/**
 * Names of the chosen brokers that have a master. Rejects with `BROKER_UNKNOWN` when one that is named has none, with
 * `NO_BROKER` when there is no master at all.
 */
export async function masterNames(
  needs: AdminNeeds,
  { brokers, cluster }: BrokerChoice = {},
): Promise<readonly string[]> {
  const masters = (await brokersOfCluster(needs)).filter(
    (broker) => broker.brokerId === MASTER_ID && (cluster === undefined || broker.cluster === cluster),
  )
  const names = masters.map((broker) => broker.brokerName)
  const missing = brokers?.find((name) => !names.includes(name))
  const { addresses: nameservers } = needs.nameservers
  if (missing !== undefined) throw clientErrors.BROKER_UNKNOWN({ brokerName: missing, nameservers })
  if (names.length === 0) throw clientErrors.NO_BROKER({ cluster })
  return brokers ?? names
}

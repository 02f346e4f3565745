import { formatJavaProperties, KVTable, parseJavaProperties } from '@rocketeer/protocol/bodies'
import {
  ClusterInfo,
  getBrokerClusterInfo,
  getBrokerConfig,
  getBrokerRuntimeInfo,
  getTimerMetrics,
  TimerMetrics,
  updateBrokerConfig,
} from '@rocketeer/protocol/commands'
import { clientErrors } from '../errors.js'
import type { AdminNeeds } from './admin-needs.js'

/** One broker process. */
export interface BrokerAddress {
  cluster: string
  brokerName: string
  /** 0 is the master. */
  brokerId: number
  address: string
}

/** All brokers the nameserver lists, sorted by cluster, name and id. */
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

/** Names of brokers with a master, of one cluster or of all. Throws `BROKER_UNKNOWN` when a wanted one is not there. */
export async function masterNames(
  needs: AdminNeeds,
  wanted: readonly string[] | undefined,
  cluster?: string,
) {
  const masters = (await brokersOfCluster(needs)).filter(
    (broker) => broker.brokerId === 0 && (cluster === undefined || broker.cluster === cluster),
  )
  const names = masters.map((broker) => broker.brokerName)
  const missing = wanted?.find((name) => !names.includes(name)) ?? (names.length === 0 ? '(any)' : undefined)
  if (missing !== undefined) throw clientErrors.BROKER_UNKNOWN({ brokerName: missing })
  return wanted ?? names
}

/** The configuration as Apache's property names and values. */
export async function brokerConfig(needs: AdminNeeds, brokerName: string): Promise<Record<string, string>> {
  await masterNames(needs, [brokerName])
  const response = await needs.brokers.call(brokerName, getBrokerConfig, {})
  return Object.fromEntries(parseJavaProperties(response.body.toString()))
}

/** Apache: mqadmin updateBrokerConfig. */
export async function setBrokerOptions(
  needs: AdminNeeds,
  brokerName: string,
  options: Readonly<Record<string, string>>,
): Promise<void> {
  await masterNames(needs, [brokerName])
  await needs.brokers.call(
    brokerName,
    updateBrokerConfig,
    {},
    Buffer.from(formatJavaProperties(Object.entries(options))),
  )
}

/** How many messages wait for their time, by topic. */
export async function waitingByTopic(needs: AdminNeeds, brokerName: string): Promise<Record<string, number>> {
  await masterNames(needs, [brokerName])
  const response = await needs.brokers.call(brokerName, getTimerMetrics, {})
  const { timingCount } = TimerMetrics.decode(response.body)
  return Object.fromEntries([...timingCount].map(([topic, { count }]) => [topic, count]))
}

/** Figures of a running broker by Apache's names. */
export async function brokerStatus(needs: AdminNeeds, brokerName: string): Promise<Record<string, string>> {
  await masterNames(needs, [brokerName])
  const response = await needs.brokers.call(brokerName, getBrokerRuntimeInfo, {})
  return Object.fromEntries(KVTable.decode(response.body).table)
}

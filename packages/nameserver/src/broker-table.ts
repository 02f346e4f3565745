import type { DataVersion } from '@rocketeer/protocol/bodies'
import type { Connection } from '@rocketeer/remoting'

/** Master and slaves that share a broker name. Apache: BrokerData. */
export interface BrokerGroup {
  readonly cluster: string
  readonly brokerName: string
  /** Address by broker id; 0 is the master. */
  readonly addresses: Map<number, string>
  enableActingMaster: boolean
}

/** One broker as its last registration described it. Apache: BrokerLiveInfo. */
export interface LiveBroker {
  readonly clusterName: string
  readonly brokerAddr: string
  readonly connection: Connection
  readonly haServerAddr: string
  readonly dataVersion: DataVersion
  /** Silence after which the broker expires. */
  readonly expiryMs: number
  lastHeardAt: number
}

/** The brokers of every cluster, and when each was last heard from. Apache: RouteInfoManager. */
export class BrokerTable {
  readonly #groups = new Map<string, BrokerGroup>()
  readonly #live = new Map<string, LiveBroker>()

  groups(): Iterable<BrokerGroup> {
    return this.#groups.values()
  }

  group(brokerName: string): BrokerGroup | undefined {
    return this.#groups.get(brokerName)
  }

  /** Broker names by cluster. */
  clusters(): Map<string, string[]> {
    const clusters = new Map<string, string[]>()
    for (const { cluster, brokerName } of this.#groups.values()) {
      const names = clusters.get(cluster)
      if (names) names.push(brokerName)
      else clusters.set(cluster, [brokerName])
    }
    return clusters
  }

  /** The group of this name, created if it is missing. */
  ensureGroup(cluster: string, brokerName: string): BrokerGroup {
    const known = this.#groups.get(brokerName)
    if (known) return known
    const group: BrokerGroup = {
      cluster,
      brokerName,
      addresses: new Map(),
      enableActingMaster: false,
    }
    this.#groups.set(brokerName, group)
    return group
  }

  live(clusterName: string, brokerAddr: string): LiveBroker | undefined {
    return this.#live.get(keyOf(clusterName, brokerAddr))
  }

  /** Enters a registration; returns true if the broker was not in the table before. */
  putLive(broker: LiveBroker): boolean {
    const key = keyOf(broker.clusterName, broker.brokerAddr)
    const isNew = !this.#live.has(key)
    this.#live.set(key, broker)
    return isNew
  }

  /** Removes one broker, and its group with the last member. Returns the group if it still has members. */
  remove(clusterName: string, brokerAddr: string, brokerName: string): BrokerGroup | undefined {
    this.#live.delete(keyOf(clusterName, brokerAddr))
    const group = this.#groups.get(brokerName)
    if (!group) return undefined
    for (const [id, address] of group.addresses) if (address === brokerAddr) group.addresses.delete(id)
    if (group.addresses.size > 0) return group
    this.#groups.delete(brokerName)
    return undefined
  }

  forgetLive(clusterName: string, brokerAddr: string): void {
    this.#live.delete(keyOf(clusterName, brokerAddr))
  }

  /** The name of the broker with this address. */
  nameOf(clusterName: string, brokerAddr: string): string | undefined {
    for (const group of this.#groups.values()) {
      if (group.cluster !== clusterName) continue
      for (const address of group.addresses.values()) if (address === brokerAddr) return group.brokerName
    }
    return undefined
  }

  expired(now: number): LiveBroker[] {
    return [...this.#live.values()].filter((broker) => {
      // By a clock that was set back it would be listed for as long as that.
      broker.lastHeardAt = Math.min(broker.lastHeardAt, now)
      return broker.lastHeardAt + broker.expiryMs < now
    })
  }

  /** When the next broker expires unless it is heard from; `Infinity` without brokers. */
  nextExpiry(): number {
    let next = Number.POSITIVE_INFINITY
    for (const { lastHeardAt, expiryMs } of this.#live.values())
      next = Math.min(next, lastHeardAt + expiryMs + 1)
    return next
  }

  registeredOver(connection: Connection): LiveBroker[] {
    return [...this.#live.values()].filter((broker) => broker.connection === connection)
  }
}

/** The least id of a group's members: the master's while there is a master. */
export function leastId(group: BrokerGroup): number {
  return Math.min(...group.addresses.keys())
}

function keyOf(clusterName: string, brokerAddr: string): string {
  return `${clusterName}@${brokerAddr}`
}

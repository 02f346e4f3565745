import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os'
import { type EncodedHost, encodeHost } from '@rocketeer/protocol'
import { formatAddress, parseAddress } from '@rocketeer/remoting'
import type { BrokerConfig } from '../options.js'

/** The address clients are told to use. */
export interface AdvertisedAddress {
  readonly host: string
  readonly port: number
  /** `host:port`, as it stands in routes. */
  readonly text: string
  /** The same as message ids and records hold it. */
  readonly encoded: EncodedHost
}

/** The same before the port is known. */
export interface AdvertisedHost {
  readonly name: string
  /** `listenPort` counts unless `advertise` names a port of its own. */
  at(listenPort: number): AdvertisedAddress
}

type Interfaces = NodeJS.Dict<NetworkInterfaceInfo[]>

/**
 * `advertise`, else `brokerIP1`, else the address listened on, else the first one other machines can reach. A host name
 * is looked up for message ids, which hold IP addresses only.
 */
export async function advertisedHost(config: BrokerConfig): Promise<AdvertisedHost> {
  const { host, port: ownPort } = chosen(config)
  const ip = await ipOf(host, config)
  return {
    name: host,
    at: (listenPort) => {
      const port = ownPort ?? listenPort
      return { host, port, text: formatAddress(host, port), encoded: encodeHost(ip, port) }
    },
  }
}

function chosen({ advertise, brokerIP1, bindAddress }: BrokerConfig): { host: string; port?: number } {
  if (advertise !== undefined) {
    return /:\d+$/.test(advertise) ? parseAddress(advertise) : { host: unbracketed(advertise) }
  }
  const isEverywhere = bindAddress === '0.0.0.0' || bindAddress === '::'
  return {
    host: unbracketed(brokerIP1 ?? (isEverywhere ? reachableAddress(networkInterfaces()) : bindAddress)),
  }
}

/** Interfaces of container and virtual machine bridges: other machines cannot reach them. */
const BRIDGES = /^(docker|br-|veth|virbr|cni|flannel|vmnet|vboxnet)/

/** IPv4 before IPv6, 127.0.0.1 when there is no network. Apache: NetworkUtil.getLocalInetAddress. */
export function reachableAddress(interfaces: Interfaces): string {
  const candidates = Object.entries(interfaces)
    .filter(([name]) => !BRIDGES.test(name))
    .flatMap(([, addresses]) => addresses ?? [])
    .filter(({ internal, address }) => !internal && !/^(169\.254\.|fe80:)/i.test(address))
  const found = candidates.find(({ family }) => family === 'IPv4') ?? candidates[0]
  return found?.address ?? '127.0.0.1'
}

async function ipOf(host: string, { bindAddress }: BrokerConfig): Promise<string> {
  if (isIP(host)) return host
  try {
    return (await lookup(host)).address
  } catch {
    // A name only clients can resolve is fine; message ids then carry the address listened on.
    return isIP(bindAddress) ? bindAddress : '127.0.0.1'
  }
}

function unbracketed(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1')
}

import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os'
import { assert } from '@rocketeer/foundation'
import { type EncodedHost, encodeHost } from '@rocketeer/protocol/record'
import { formatAddress, parseAddress } from '@rocketeer/remoting'
import type { BrokerConfig } from '../options/options.js'

/** The address clients are told to use. Its users hold this object, because the port is known only once the broker listens. */
export class AdvertisedAddress {
  readonly host: string
  readonly #ip: string
  readonly #port: number | undefined
  #listening: { readonly port: number; readonly text: string; readonly encoded: EncodedHost } | undefined

  /** `port`: what clients are told, whatever port the broker listens on; that one unless given. */
  constructor({ host, ip, port }: { host: string; ip: string; port?: number | undefined }) {
    this.host = host
    this.#ip = ip
    this.#port = port
  }

  /** Called once, when the broker listens. */
  listensOn(listenPort: number): void {
    const port = this.#port ?? listenPort
    const text = formatAddress(this.host, port)
    this.#listening = { port, text, encoded: encodeHost(this.#ip, port) }
  }

  get port(): number {
    return this.#known.port
  }

  /** `host:port`, as it stands in routes. */
  get text(): string {
    return this.#known.text
  }

  /** IP address and port as message ids and records hold them. */
  get encoded(): EncodedHost {
    return this.#known.encoded
  }

  get #known() {
    assert(this.#listening !== undefined, 'the advertised address is not known before the broker listens')
    return this.#listening
  }
}

type Interfaces = NodeJS.Dict<NetworkInterfaceInfo[]>

/**
 * `advertise`, else `advertisedHost`, else the address listened on, else the first one other machines can reach. A host name
 * is looked up for message ids, which hold IP addresses only.
 */
export async function advertisedAddress(config: BrokerConfig): Promise<AdvertisedAddress> {
  const { host, port } = chosen(config)
  return new AdvertisedAddress({ host, port, ip: await ipOf(host, config) })
}

function chosen({ advertise, advertisedHost, host }: BrokerConfig): { host: string; port?: number } {
  if (advertise !== undefined) {
    return /:\d+$/.test(advertise) ? parseAddress(advertise) : { host: unbracketed(advertise) }
  }
  return { host: unbracketed(advertisedHost ?? ownAddress(host)) }
}

/** The address listened on, or one of those when it is all of them. */
function ownAddress(listenedOn: string): string {
  const isEverywhere = listenedOn === '0.0.0.0' || listenedOn === '::'
  return isEverywhere ? reachableAddress(networkInterfaces()) : listenedOn
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

async function ipOf(host: string, { host: listenedOn }: BrokerConfig): Promise<string> {
  if (isIP(host)) return host
  try {
    return (await lookup(host)).address
  } catch {
    // A name only clients can resolve is fine; message ids then carry the address listened on.
    const own = ownAddress(listenedOn)
    return isIP(own) ? own : '127.0.0.1'
  }
}

function unbracketed(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1')
}

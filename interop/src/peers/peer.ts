import {
  ApacheBroker,
  type ApacheHeap,
  ApacheNameserver,
  type BrokerProcess,
  type BrokerProcessOptions,
  type NameserverProcess,
  type NameserverProcessOptions,
  RocketeerBroker,
  RocketeerNameserver,
} from '@rocketeer/test-kit'

export type PeerKind = 'ours' | 'apache'

/** Which servers the suites run against; `INTEROP_PEERS=apache` proves a suite on Apache's first. */
export const peerKinds = (process.env.INTEROP_PEERS ?? 'ours').split(',') as PeerKind[]

export type PeerOptions = Omit<BrokerProcessOptions, 'nameservers'>

/** A nameserver and a broker, each in a process of its own. */
export class Peer implements AsyncDisposable {
  private constructor(
    readonly nameserver: NameserverProcess,
    readonly broker: BrokerProcess,
  ) {}

  static async start(kind: PeerKind, options: PeerOptions = {}): Promise<Peer> {
    const nameserver = await startNameserver(kind)
    try {
      return new Peer(nameserver, await startBroker(kind, { ...options, nameservers: [nameserver.address] }))
    } catch (error) {
      await nameserver.close()
      throw error
    }
  }

  async close(): Promise<void> {
    await this.broker.close()
    await this.nameserver.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

export function startNameserver(
  kind: PeerKind,
  options: NameserverProcessOptions = {},
): Promise<NameserverProcess> {
  return kind === 'ours' ? RocketeerNameserver.start(options) : ApacheNameserver.start(options)
}

/** `heap` is for Apache's broker only. */
export function startBroker(
  kind: PeerKind,
  { heap = 'small', ...options }: BrokerProcessOptions & { heap?: ApacheHeap },
): Promise<BrokerProcess> {
  return kind === 'ours' ? RocketeerBroker.start(options) : ApacheBroker.start({ ...options, heap })
}

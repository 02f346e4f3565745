import type { Logger } from '@rocketeer/foundation'
import { encodeHost } from '@rocketeer/protocol/record'
import { type Connection, parseAddress } from '@rocketeer/remoting'
import type { AdvertisedAddress } from './advertised-address.js'

/** After so many client hosts nobody reads further warnings. */
const WARNED_HOSTS_MAX = 1000

/**
 * Warns once per client host that reached the broker at another address than the advertised one: nameservers send clients
 * to the advertised one, and RocketMQ users lose hours when that cannot be reached.
 */
export function watchAddresses(
  advertised: AdvertisedAddress,
  logger: Logger,
): (connection: Connection) => void {
  const warned = new Set<string>()
  return (connection) => {
    const reachedAt = parseAddress(connection.localAddress).host
    const client = parseAddress(connection.remoteAddress).host
    if (isSameHost(reachedAt, advertised) || warned.has(client) || warned.size >= WARNED_HOSTS_MAX) return
    warned.add(client)
    logger.warn(
      { client, reachedAt, advertised: advertised.text },
      `${client} reached this broker at ${reachedAt}, but clients that ask a nameserver are sent to ` +
        `${advertised.text}: if they cannot reach that, set advertise (brokerIP1 in a broker.conf)`,
    )
  }
}

/** Without the port, which differs behind a port mapping. */
function isSameHost(address: string, advertised: AdvertisedAddress): boolean {
  return encodeHost(address, advertised.port).equals(advertised.encoded)
}

import { type ErrorCode, isRocketeerError } from '@rocketeer/foundation'

/** What each request to a broker fails with that is on its way or made while there is no connection. */
const aboutConnection: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'BROKER_UNREACHABLE',
  'CONNECT_FAILED',
  'CONNECTION_CLOSED',
  'CONNECTION_IDLE',
  'CONNECTION_SILENT',
  'WRITE_STALLED',
])

/**
 * Lets a problem with the connection to a broker, or to all nameservers, be told once, not for each queue, heartbeat and commit that meets it,
 * nor again each time they are tried: until a connection was made again, or lost again.
 */
export class Outages {
  /** How often a connection was made or lost, by address. */
  readonly #changes = new Map<string, number>()

  /** Call it when a connection to the address was made again or lost. */
  changed(address: string): void {
    this.#changes.set(address, (this.#changes.get(address) ?? 0) + 1)
  }

  /** For one listener: whether it has not been told of this since the last change. True for all other errors. */
  newsOnly(): (error: unknown) => boolean {
    /** The change after which each was told last, by code and addresses. */
    const told = new Map<string, number>()
    return (error) => {
      const about = whatIsAway(error)
      if (about === undefined) return true
      const key = `${about.code} ${about.addresses}`
      const change = about.addresses.reduce((sum, address) => sum + (this.#changes.get(address) ?? 0), 0)
      if (told.get(key) === change) return false
      told.set(key, change)
      return true
    }
  }
}

function whatIsAway(error: unknown): { code: string; addresses: string[] } | undefined {
  if (!isRocketeerError(error)) return undefined
  const { code } = error
  if (isRocketeerError(error, 'NAMESERVERS_UNREACHABLE'))
    return { code, addresses: error.details.asked.map(({ address }) => address) }
  if (!aboutConnection.has(code)) return undefined
  return { code, addresses: [(error.details as { address: string }).address] }
}

import { remotingErrors } from './errors.js'

/** The two parts of an address; an IPv6 host has no brackets. */
export interface HostAndPort {
  readonly host: string
  readonly port: number
}

/** Parses `host:port` or `[ipv6]:port`; throws `ADDRESS_INVALID`. */
export function parseAddress(address: string): HostAndPort {
  const match = /^(?:\[([^\]]+)\]|([^:[\]\s]+)):(\d{1,5})$/.exec(address)
  const host = match?.[1] ?? match?.[2]
  const port = Number(match?.[3])
  if (host === undefined || port < 1 || port > 65_535) throw remotingErrors.ADDRESS_INVALID({ address })
  return { host, port }
}

/** Writes `127.0.0.1:9876` or `[::1]:9876`; an IPv4 address mapped into IPv6 is written as IPv4. */
export function formatAddress(host: string, port: number): string {
  const plain = host.toLowerCase().startsWith('::ffff:') && host.includes('.') ? host.slice(7) : host
  return plain.includes(':') ? `[${plain}]:${port}` : `${plain}:${port}`
}

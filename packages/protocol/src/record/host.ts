import { isIP, isIPv4, isIPv6 } from 'node:net'
import { assert } from '@rocketeer/foundation'
import { SysFlag } from './sys-flag.js'

/** Address and port as records hold them: 4 or 16 bytes of address, 4 bytes of port. */
export type EncodedHost = Buffer

export const HOST_BYTES_MIN = 8
export const HOST_BYTES_MAX = 20

/** Bytes of a record's born host. */
export function bornHostBytes(sysFlag: number): number {
  return sysFlag & SysFlag.BORN_HOST_V6 ? HOST_BYTES_MAX : HOST_BYTES_MIN
}

/** Bytes of a record's store host. */
export function storeHostBytes(sysFlag: number): number {
  return sysFlag & SysFlag.STORE_HOST_V6 ? HOST_BYTES_MAX : HOST_BYTES_MIN
}

/** The `sysFlag` of a record with these hosts; bits about other hosts are replaced. */
export function withHostFlags(sysFlag: number, bornHost: EncodedHost, storeHost: EncodedHost): number {
  const others = sysFlag & ~(SysFlag.BORN_HOST_V6 | SysFlag.STORE_HOST_V6)
  return (
    others |
    (bornHost.length === HOST_BYTES_MAX ? SysFlag.BORN_HOST_V6 : 0) |
    (storeHost.length === HOST_BYTES_MAX ? SysFlag.STORE_HOST_V6 : 0)
  )
}

/** Encodes an IP address (IPv4-mapped IPv6 counts as IPv4) and a port. */
export function encodeHost(address: string, port: number): EncodedHost {
  const plain = address.toLowerCase().startsWith('::ffff:') ? address.slice(7) : address
  if (isIPv4(plain)) {
    const host = Buffer.alloc(HOST_BYTES_MIN)
    plain.split('.').forEach((part, index) => {
      host[index] = Number(part)
    })
    host.writeInt32BE(port, 4)
    return host
  }
  assert(isIPv6(plain), `"${address}" is not an IP address`)
  const host = Buffer.alloc(HOST_BYTES_MAX)
  for (const [index, group] of ipv6Groups(plain).entries()) host.writeUInt16BE(group, index * 2)
  host.writeInt32BE(port, 16)
  return host
}

/** `127.0.0.1:10911` or `[0:0:0:0:0:0:0:1]:10911`. */
export function hostText(host: EncodedHost): string {
  const port = host.readInt32BE(host.length - 4)
  if (host.length === HOST_BYTES_MIN) return `${host[0]}.${host[1]}.${host[2]}.${host[3]}:${port}`
  const groups: string[] = []
  for (let i = 0; i < 16; i += 2) groups.push(host.readUInt16BE(i).toString(16))
  return `[${groups.join(':')}]:${port}`
}

/**
 * Reads the result of `hostText`, or of Java's `InetSocketAddress.toString`, which has a slash in front, perhaps with a
 * name before it. Undefined when the text has no IP address and port.
 */
export function parseHost(text: string): EncodedHost | undefined {
  const colon = text.lastIndexOf(':')
  const address = text.slice(text.lastIndexOf('/') + 1, colon).replace(/^\[(.*)\]$/, '$1')
  const port = text.slice(colon + 1)
  return isIP(address) > 0 && /^\d{1,5}$/.test(port) ? encodeHost(address, Number(port)) : undefined
}

function ipv6Groups(address: string): number[] {
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::')
  const left = groupsOf(head)
  if (tail === undefined) return left
  const right = groupsOf(tail)
  return [...left, ...new Array<number>(8 - left.length - right.length).fill(0), ...right]
}

function groupsOf(text: string): number[] {
  if (text === '') return []
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)]
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number)
    return [(a << 8) | b, (c << 8) | d]
  })
}

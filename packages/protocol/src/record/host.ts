import { isIPv4, isIPv6 } from 'node:net'
import { assert } from '@rocketeer/foundation'

/** Address and port as records hold them: 4 or 16 bytes of address, 4 bytes of port. */
export type EncodedHost = Buffer

/** Encodes an IP address (IPv4-mapped IPv6 counts as IPv4) and a port. */
export function encodeHost(address: string, port: number): EncodedHost {
  const plain = address.toLowerCase().startsWith('::ffff:') ? address.slice(7) : address
  if (isIPv4(plain)) {
    const host = Buffer.alloc(8)
    plain.split('.').forEach((part, index) => {
      host[index] = Number(part)
    })
    host.writeInt32BE(port, 4)
    return host
  }
  assert(isIPv6(plain), `"${address}" is not an IP address`)
  const host = Buffer.alloc(20)
  for (const [index, group] of ipv6Groups(plain).entries()) host.writeUInt16BE(group, index * 2)
  host.writeInt32BE(port, 16)
  return host
}

/** `127.0.0.1:10911` or `[::1]:10911`. */
export function decodeHost(host: EncodedHost): string {
  const port = host.readInt32BE(host.length - 4)
  if (host.length === 8) return `${host[0]}.${host[1]}.${host[2]}.${host[3]}:${port}`
  const groups: string[] = []
  for (let i = 0; i < 16; i += 2) groups.push(host.readUInt16BE(i).toString(16))
  return `[${groups.join(':')}]:${port}`
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

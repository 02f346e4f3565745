import { describe, expect, it } from 'vitest'
import { formatAddress, parseAddress } from './address.js'

describe('parseAddress', () => {
  it.each([
    ['127.0.0.1:9876', '127.0.0.1', 9876],
    ['broker-a.example.com:10911', 'broker-a.example.com', 10911],
    ['[::1]:9876', '::1', 9876],
  ])('takes %s apart', (address, host, port) => {
    expect(parseAddress(address)).toEqual({ host, port })
  })

  it.each(['', '127.0.0.1', ':9876', 'host:', 'host:0', 'host:65536', '::1:9876', 'a b:1', 'host:12x'])(
    'refuses "%s"',
    (address) => {
      expect(() => parseAddress(address)).toThrow(expect.objectContaining({ code: 'ADDRESS_INVALID' }))
    },
  )
})

describe('formatAddress', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1:1'],
    ['::ffff:10.0.0.5', '10.0.0.5:1'],
    ['::1', '[::1]:1'],
  ])('writes %s as %s', (host, address) => {
    expect(formatAddress(host, 1)).toBe(address)
  })
})

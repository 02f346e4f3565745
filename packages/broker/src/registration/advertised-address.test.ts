import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os'
import { encodeHost } from '@rocketeer/protocol/record'
import { describe, expect, it } from 'vitest'
import { parseBrokerOptions } from '../conf/parse-broker-options.js'
import { advertisedAddress, reachableAddress } from './advertised-address.js'

const config = (options: object) => parseBrokerOptions({ directory: 'store', ...options })

async function listening(options: object) {
  const address = await advertisedAddress(config(options))
  address.listensOn(10911)
  return address
}

describe('the advertised address', () => {
  it.each([
    [{ host: '127.0.0.1' }, '127.0.0.1:10911'],
    [{ host: '::1' }, '[::1]:10911'],
    [{ advertisedHost: '10.0.0.5' }, '10.0.0.5:10911'],
    [{ advertisedHost: '10.0.0.5', advertise: '10.0.0.6' }, '10.0.0.6:10911'],
    [{ advertise: '10.0.0.6:20911' }, '10.0.0.6:20911'],
    [{ advertise: '[fd00::1]:20911' }, '[fd00::1]:20911'],
    [{ advertise: '[fd00::1]' }, '[fd00::1]:10911'],
  ])('of %o is %s', async (options, text) => {
    expect((await listening(options)).text).toBe(text)
  })

  it('holds the looked-up address of a host name for message ids', async () => {
    const { text, encoded } = await listening({ advertise: 'localhost' })
    expect(text).toBe('localhost:10911')
    expect([8, 20]).toContain(encoded.length)
  })

  it('holds the address listened on when nobody here knows the name', async () => {
    const options = { advertise: 'nowhere.invalid', host: '127.0.0.1' }
    const { encoded } = await listening(options)
    expect(encoded).toEqual(Buffer.from([127, 0, 0, 1, 0, 0, 0x2a, 0x9f]))
  })

  it.each(['0.0.0.0', '::'])(
    'holds one other machines can reach when nobody here knows the name, listening on %s',
    async (host) => {
      const { encoded } = await listening({ advertise: 'nowhere.invalid', host })
      expect(encoded).toEqual(encodeHost(reachableAddress(networkInterfaces()), 10911))
    },
  )

  it('is not told before the port is known', async () => {
    const address = await advertisedAddress(config({}))
    expect(() => address.text).toThrow('before the broker listens')
  })
})

describe('the address other machines can reach', () => {
  const address = (address: string, internal = false) =>
    ({ address, internal, family: address.includes(':') ? 'IPv6' : 'IPv4' }) as NetworkInterfaceInfo

  it.each([
    [{ lo: [address('127.0.0.1', true)], eth0: [address('fe80::1'), address('10.0.0.5')] }, '10.0.0.5'],
    [{ docker0: [address('172.17.0.1')], eth0: [address('10.0.0.5')] }, '10.0.0.5'],
    [{ eth0: [address('fd00::1')] }, 'fd00::1'],
    [{ eth0: [address('169.254.3.4')] }, '127.0.0.1'],
    [{ lo: [address('127.0.0.1', true)] }, '127.0.0.1'],
  ])('of %o is %s', (interfaces, expected) => {
    expect(reachableAddress(interfaces)).toBe(expected)
  })
})

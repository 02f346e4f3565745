import { expect, it } from 'vitest'
import { bornHostBytes, encodeHost, hostText, parseHost, storeHostBytes, withHostFlags } from './host.js'
import { SysFlag } from './sys-flag.js'

const V4 = encodeHost('10.0.0.1', 10911)
const V6 = encodeHost('::1', 10911)

it.each([
  ['10.0.0.1', 10911, '0a00000100002a9f', '10.0.0.1:10911'],
  ['::ffff:10.0.0.1', 10911, '0a00000100002a9f', '10.0.0.1:10911'],
  ['::1', 80, '0000000000000000000000000000000100000050', '[0:0:0:0:0:0:0:1]:80'],
  ['fe80::1%eth0', 80, 'fe80000000000000000000000000000100000050', '[fe80:0:0:0:0:0:0:1]:80'],
  ['64:ff9b::1.2.3.4', 80, '0064ff9b00000000000000000102030400000050', '[64:ff9b:0:0:0:0:102:304]:80'],
])('%s, port %i, as bytes and as text', (address, port, hex, text) => {
  const host = encodeHost(address, port)
  expect(host.toString('hex')).toBe(hex)
  expect(hostText(host)).toBe(text)
  expect(parseHost(text)).toEqual(host)
})

it.each([
  ['/10.0.0.1:10911', '10.0.0.1:10911'],
  ['broker.local/10.0.0.1:10911', '10.0.0.1:10911'],
  ['/0:0:0:0:0:0:0:1:80', '[0:0:0:0:0:0:0:1]:80'],
  ['/[fe80:0:0:0:0:0:0:1]:80', '[fe80:0:0:0:0:0:0:1]:80'],
])('%s, as Java writes it, is %s', (text, host) => {
  expect(hostText(parseHost(text)!)).toBe(host)
})

it.each([
  '',
  ':',
  '10.0.0.1',
  '10.0.0.1:',
  '10.0.0.1:x',
  '10.0.0:80',
  'broker.local:80',
  'a/<unresolved>:80',
  '[::1:80',
])('"%s" is no host', (text) => {
  expect(parseHost(text)).toBeUndefined()
})

it.each([
  [V4, V4, 0],
  [V6, V4, SysFlag.BORN_HOST_V6],
  [V4, V6, SysFlag.STORE_HOST_V6],
  [V6, V6, SysFlag.BORN_HOST_V6 | SysFlag.STORE_HOST_V6],
])('the flags of a record say how long its hosts are', (bornHost, storeHost, flags) => {
  for (const before of [0, 0xffffffff | 0]) {
    const sysFlag = withHostFlags(before, bornHost, storeHost)
    const both = SysFlag.BORN_HOST_V6 | SysFlag.STORE_HOST_V6
    expect(sysFlag & both).toBe(flags)
    expect(sysFlag & ~both).toBe(before & ~both)
    expect([bornHostBytes(sysFlag), storeHostBytes(sysFlag)]).toEqual([bornHost.length, storeHost.length])
  }
})

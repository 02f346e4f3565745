import { expect, it } from 'vitest'
import { decodeRecallHandle, encodeRecallHandle } from './recall-handle.js'

const handle = {
  topic: 'orders',
  brokerName: 'broker-a',
  timestamp: 1_700_000_000_001,
  uniqueKey: '7F0000010000',
}
/** Made with Apache's RecallMessageHandle.HandleV1.buildHandle. */
const GOLDEN = 'djEgb3JkZXJzIGJyb2tlci1hIDE3MDAwMDAwMDAwMDEgN0YwMDAwMDEwMDAw'

it('is the same text as Apache makes', () => {
  expect(encodeRecallHandle(handle)).toBe(GOLDEN)
  expect(decodeRecallHandle(GOLDEN)).toEqual(handle)
})

it.each([
  ['nothing', ''],
  ['no Base64', 'über'],
  ['another version', Buffer.from('v2 a b 1 c').toString('base64url')],
  ['too few parts', Buffer.from('v1 a b 1').toString('base64url')],
  ['a time that is no number', Buffer.from('v1 a b soon c').toString('base64url')],
])('is not decoded from %s', (_name, text) => {
  expect(decodeRecallHandle(text)).toBeUndefined()
})

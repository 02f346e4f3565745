import { expect, it } from 'vitest'
import { LiveConfig } from '../options/live-config.js'
import { parseBrokerOptions } from '../options/options.js'
import { SendGate } from './send-gate.js'

const MEBIBYTE = 1024 * 1024

function gate(sendThreadPoolQueueCapacity: number): SendGate {
  return new SendGate({
    config: new LiveConfig(parseBrokerOptions({ storePathRootDir: 'unused', sendThreadPoolQueueCapacity })),
  })
}

it('lets in as many requests as configured, and the next when one has left', () => {
  const two = gate(2)
  expect([two.enter(1), two.enter(1)]).toEqual([undefined, undefined])
  expect(two.enter(1)).toMatch(/^\[PCBUSY_CLEAN_QUEUE\]broker busy, start flow control for a while/)
  two.leave(1)
  expect(two.enter(1)).toBeUndefined()
})

it('lets in no more bytes than fit, but always one message', () => {
  const many = gate(1000)
  expect(many.enter(500 * MEBIBYTE)).toBeUndefined()
  expect(many.enter(1)).toMatch(/broker busy/)
  many.leave(500 * MEBIBYTE)
  expect([many.enter(100 * MEBIBYTE), many.enter(28 * MEBIBYTE)]).toEqual([undefined, undefined])
  expect(many.enter(1)).toMatch(/broker busy/)
})

import { expect, it } from 'vitest'
import { parseBrokerOptions } from '../conf/parse-broker-options.js'
import { LiveConfig } from '../options/live-config.js'
import { SendGate } from './send-gate.js'

const MEBIBYTE = 1024 * 1024

function gate(sendsInProgressMax: number): SendGate {
  return new SendGate({
    config: new LiveConfig(parseBrokerOptions({ directory: 'unused', sendsInProgressMax })),
  })
}

const busy = expect.objectContaining({ code: 'BROKER_BUSY', retryable: true })

it('lets in as many requests as configured, and the next when one has left', () => {
  const two = gate(2)
  two.enter(1)
  two.enter(1)
  expect(() => two.enter(1)).toThrow(busy)
  expect(() => two.enter(1)).toThrow(/^\[PCBUSY_CLEAN_QUEUE\]broker busy, start flow control for a while/)
  two.leave(1)
  two.enter(1)
  expect(two.inFlightRequests).toBe(2)
})

it('lets in no more bytes than fit, but always one message', () => {
  const many = gate(1000)
  many.enter(500 * MEBIBYTE)
  expect(() => many.enter(1)).toThrow(busy)
  many.leave(500 * MEBIBYTE)
  many.enter(100 * MEBIBYTE)
  many.enter(28 * MEBIBYTE)
  expect(() => many.enter(1)).toThrow(busy)
})

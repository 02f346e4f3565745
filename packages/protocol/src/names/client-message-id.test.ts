import { ManualClock } from '@rocketeer/foundation'
import { expect, it } from 'vitest'
import { clientMessageIds } from './client-message-id.js'

const address = Buffer.from([10, 1, 2, 3])
const instance = Buffer.from('18b4aac2', 'hex')
const monthStart = new Date(2026, 2, 1).getTime()

function idsFrom(time: number) {
  const clock = new ManualClock(time)
  return { clock, next: clientMessageIds({ clock, address, processId: 0x12345, instance }) }
}

it('puts address, process, instance, time in the month and a counter in a row', () => {
  const { next } = idsFrom(monthStart + 0xabc)
  expect(next()).toBe('0A010203234518B4AAC200000ABC0000')
  expect(next()).toBe('0A010203234518B4AAC200000ABC0001')
})

it('starts the time anew with the month', async () => {
  const { clock, next } = idsFrom(new Date(2026, 2, 31, 23, 59, 59, 999).getTime())
  expect(next().slice(20, 28)).not.toBe('00000000')
  await clock.advance(1)
  expect(next().slice(20, 28)).toBe('00000000')
})

it('never repeats within 65,536 messages', () => {
  const { next } = idsFrom(monthStart)
  const ids = new Set<string>()
  for (let i = 0; i < 65_536; i++) ids.add(next())
  expect(ids.size).toBe(65_536)
})

it('takes IPv6 addresses', () => {
  const next = clientMessageIds({
    clock: new ManualClock(monthStart),
    address: Buffer.alloc(16, 1),
    processId: 1,
  })
  expect(next()).toMatch(/^(?:01){16}0001[0-9A-F]{8}0{8}0000$/)
})

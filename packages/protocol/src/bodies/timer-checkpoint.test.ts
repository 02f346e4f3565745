import { describe, expect, it } from 'vitest'
import { TimerCheckpoint } from './timer-checkpoint.js'

const NOW = 1_700_000_000_500
const checkpoint = { queueOffset: 90, wakeAt: NOW + 60_000, wakeOffset: 41, firstOffset: 17 }

describe('a timer checkpoint', () => {
  it.each([
    ['when messages wait', checkpoint],
    ['when none does', { queueOffset: 90, wakeAt: Number.POSITIVE_INFINITY, wakeOffset: 0, firstOffset: 90 }],
  ])('comes back as it was written %s', (_name, written) => {
    expect(TimerCheckpoint.decode(TimerCheckpoint.encode(written, NOW))).toEqual(written)
  })

  it('has Apache’s broker read from the first message that waits, and from now on', () => {
    const page = TimerCheckpoint.encode(checkpoint, NOW)
    expect(page.length).toBe(4096)
    expect([0, 8, 16, 24].map((at) => Number(page.readBigInt64BE(at)))).toEqual([
      1_700_000_000_000, 0, 17, 17,
    ])
  })

  it('believes Apache’s fields when its broker has worked on the directory since', () => {
    const page = TimerCheckpoint.encode(checkpoint, NOW)
    page.writeBigInt64BE(1_700_000_100_000n, 0)
    page.writeBigInt64BE(120n, 16)
    expect(TimerCheckpoint.decode(page)).toEqual({
      queueOffset: 120,
      wakeAt: 1_700_000_100_001,
      wakeOffset: 0,
      firstOffset: 0,
    })
  })

  it('is none when the file is empty or cut short', () => {
    expect(TimerCheckpoint.decode(Buffer.alloc(4096))).toBeUndefined()
    expect(TimerCheckpoint.decode(TimerCheckpoint.encode(checkpoint, NOW).subarray(0, 40))).toBeUndefined()
  })
})

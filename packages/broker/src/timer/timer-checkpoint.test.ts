import { atEveryPowerCut } from '@rocketeer/faulty-files'
import { type FileSystem, replaceFile } from '@rocketeer/files'
import { describe, expect, it } from 'vitest'
import { decodeTimerCheckpoint, encodeTimerCheckpoint, readTimerCheckpoint } from './timer-checkpoint.js'

const NOW = 1_700_000_000_500
const progress = { queueOffset: 90, wakeAt: NOW + 60_000, wakeOffset: 41, firstOffset: 17 }

describe('a checkpoint', () => {
  it.each([
    ['when messages wait', progress],
    ['when none does', { queueOffset: 90, wakeAt: Number.POSITIVE_INFINITY, wakeOffset: 0, firstOffset: 90 }],
  ])('comes back as it was written %s', (_name, written) => {
    expect(decodeTimerCheckpoint(encodeTimerCheckpoint(written, NOW))).toEqual(written)
  })

  it('lets Apache’s broker read from the first message that waits, and from now on', () => {
    const page = encodeTimerCheckpoint(progress, NOW)
    expect(page.length).toBe(4096)
    expect([0, 8, 16, 24].map((at) => Number(page.readBigInt64BE(at)))).toEqual([
      1_700_000_000_000, 0, 17, 17,
    ])
  })

  it('believes Apache’s fields when its broker has worked on the directory since', () => {
    const page = encodeTimerCheckpoint(progress, NOW)
    page.writeBigInt64BE(1_700_000_100_000n, 0)
    page.writeBigInt64BE(120n, 16)
    expect(decodeTimerCheckpoint(page)).toEqual({
      queueOffset: 120,
      wakeAt: 1_700_000_100_001,
      wakeOffset: 0,
      firstOffset: 0,
    })
  })

  it('says nothing when the file is empty or cut short', () => {
    expect(decodeTimerCheckpoint(Buffer.alloc(4096))).toBeUndefined()
    expect(decodeTimerCheckpoint(encodeTimerCheckpoint(progress, NOW).subarray(0, 40))).toBeUndefined()
  })
})

it('a power cut at any moment leaves the checkpoint before or the new one', async () => {
  const path = '/data/config/timercheck'
  const save = (files: FileSystem, queueOffset: number) =>
    replaceFile(files, { path, content: encodeTimerCheckpoint({ ...progress, queueOffset }, NOW) })
  const steps = await atEveryPowerCut({
    before: (disk) => save(disk, 7),
    change: (disk) => save(disk, 8),
    after: async (disk, ended) => {
      const left = await readTimerCheckpoint(disk, path)
      expect(ended ? [8] : [7, 8]).toContain(left?.queueOffset)
    },
  })
  expect(steps).toBeGreaterThan(4)
})

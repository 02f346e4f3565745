import { atEveryPowerCut } from '@rocketeer/faulty-files'
import { type FileSystem, replaceFile } from '@rocketeer/files'
import { TimerCheckpoint } from '@rocketeer/protocol/bodies'
import { expect, it } from 'vitest'
import { readTimerCheckpoint } from './timer-backlog.js'

const NOW = 1_700_000_000_500
const checkpoint = { queueOffset: 90, wakeAt: NOW + 60_000, wakeOffset: 41, firstOffset: 17 }

it('the checkpoint that a power cut leaves is the one before or the new one', async () => {
  const path = '/data/config/timercheck'
  const save = (files: FileSystem, queueOffset: number) =>
    replaceFile(files, { path, content: TimerCheckpoint.encode({ ...checkpoint, queueOffset }, NOW) })
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

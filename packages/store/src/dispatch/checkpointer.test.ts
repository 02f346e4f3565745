import { FaultyFileSystem } from '@rocketeer/faulty-files'
import { nodeFileSystem } from '@rocketeer/files'
import { ManualClock } from '@rocketeer/foundation'
import { expect, it } from 'vitest'
import { message, StoreFixture } from '../testing/store-fixture.js'
import { readCheckpoint } from './checkpoint.js'

it('the checkpoint reaches the last message, although nothing comes after it', async () => {
  await using fixture = new StoreFixture()
  // The first round after the messages, 200 ms on, is too early for a checkpoint.
  const store = await fixture.open({ checkpointIntervalMs: 400 })
  await store.append(message())
  const { physicalOffset } = (await store.append(message()))!
  const reached = async () =>
    (await readCheckpoint(nodeFileSystem, fixture.path('checkpoint'))).queuesPhysicalOffset
  await expect.poll(reached, { timeout: 10_000 }).toBe(physicalOffset)
})

it('rests once the log is fenced: nothing gets better by trying', async () => {
  await using fixture = new StoreFixture()
  const files = new FaultyFileSystem(nodeFileSystem)
  const ioClock = new ManualClock(0)
  const store = await fixture.open({ files, ioClock, checkpointIntervalMs: 1 })
  await store.append(message())
  await store.append(message())
  files.fail({ operation: 'datasync', path: 'commitlog', code: 'EIO', times: 1 })
  expect(await store.flush()).toBe(false)
  // What is left is the look at how full the disk is.
  const timers = async () => {
    await ioClock.advance(300)
    return ioClock.pending
  }
  await expect.poll(timers, { timeout: 10_000, interval: 10 }).toBe(1)
  for (let i = 0; i < 5; i++) expect(await timers()).toBe(1)
})

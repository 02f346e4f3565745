import { nodeFileSystem } from '@rocketeer/files'
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

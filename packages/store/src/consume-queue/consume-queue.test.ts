import { SimulatedDisk } from '@rocketeer/faulty-files'
import { OpenFiles } from '@rocketeer/files'
import { expect, it } from 'vitest'
import { ConsumeQueue } from './consume-queue.js'
import { loadQueue } from './load-queue.js'
import { QueueFiles, type QueueFilesNeeds } from './queue-files.js'

const DIRECTORY = '/consumequeue/T/0'
const RECORD_BYTES = 100

function needs(fileEntries: number): QueueFilesNeeds {
  const files = new SimulatedDisk()
  return { files, open: new OpenFiles(files, 10), fileEntries }
}

function append(queue: ConsumeQueue, count: number): void {
  for (let i = 0; i < count; i++) queue.append(queue.maxOffset * RECORD_BYTES, RECORD_BYTES, 0)
}

it('entries are those that were there, though the next append moves them in memory', async () => {
  const files = QueueFiles.create(needs(10_000), DIRECTORY)
  const queue = new ConsumeQueue({
    topic: 'T',
    queueId: 0,
    files,
    minOffset: 0,
    maxOffset: 0,
    maxPhysicalOffset: 0,
  })
  append(queue, 4096)
  await queue.write()
  const reading = [queue.entries(0, 1), queue.entryAt(1)]
  append(queue, 5000)
  expect(queue.inMemory(0)).toBeUndefined()
  expect(await Promise.all(reading)).toMatchObject([
    [{ physicalOffset: 0 }],
    { physicalOffset: RECORD_BYTES },
  ])
})

it('a queue that has nothing before the bound any more is empty, wherever its first file begins', async () => {
  const shared = needs(2)
  const files = QueueFiles.create(shared, DIRECTORY)
  const queue = new ConsumeQueue({
    topic: 'T',
    queueId: 0,
    files,
    minOffset: 0,
    maxOffset: 0,
    maxPhysicalOffset: 0,
  })
  append(queue, 4)
  await queue.write()
  await files.deleteBefore(2)
  const loaded = await loadQueue('T', 0, await QueueFiles.load(shared, DIRECTORY), 2 * RECORD_BYTES)
  expect(loaded).toMatchObject({ minOffset: 2, maxOffset: 2, maxPhysicalOffset: 0 })
  expect(await shared.files.list(DIRECTORY)).toEqual([])
})

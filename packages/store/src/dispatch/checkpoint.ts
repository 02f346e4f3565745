import type { FileSystem } from '@rocketeer/files'
import { readInt64, writeInt64 } from '@rocketeer/protocol'

/** Apache maps one page, so the file has to be one. */
const CHECKPOINT_BYTES = 4096

/**
 * How far each kind of file is known to be on disk. Apache: StoreCheckpoint.
 *
 *     |  0 commit log: store timestamp 8        | 24 master's flushed offset 8          |
 *     |  8 consume queues: store timestamp 8    | 32 confirmed offset 8                 |
 *     | 16 index: store timestamp 8             | 40 consume queues: physical offset 8  |
 */
export interface Checkpoint {
  logTimestamp: number
  queuesTimestamp: number
  indexTimestamp: number
  masterFlushedOffset: number
  confirmedOffset: number
  /** All records up to and including this one are in the consume queues; 0 in files older than Apache 5.4. */
  queuesPhysicalOffset: number
}

const FIELDS = [
  'logTimestamp',
  'queuesTimestamp',
  'indexTimestamp',
  'masterFlushedOffset',
  'confirmedOffset',
  'queuesPhysicalOffset',
] as const satisfies (keyof Checkpoint)[]

/** Makes the file when there is none; everything in it counts as zero then, as in one that was cut short. */
export async function readCheckpoint(files: FileSystem, path: string): Promise<Checkpoint> {
  const buffer = Buffer.alloc(CHECKPOINT_BYTES)
  const file = await files.open(path, 'create')
  try {
    await file.read(buffer, 0, buffer.length, 0)
  } finally {
    await file.close()
  }
  const values = FIELDS.map((field, index) => [field, Math.max(0, readInt64(buffer, index * 8))])
  return Object.fromEntries(values) as Checkpoint
}

/** Durable when it resolves. What another version keeps behind the known fields stays. */
export async function writeCheckpoint(
  files: FileSystem,
  path: string,
  checkpoint: Checkpoint,
): Promise<void> {
  const buffer = Buffer.alloc(FIELDS.length * 8)
  for (const [index, field] of FIELDS.entries()) writeInt64(buffer, index * 8, checkpoint[field])
  const file = await files.open(path, 'create')
  try {
    await file.write(buffer, 0, buffer.length, 0)
    if (file.sizeSync().bytes < CHECKPOINT_BYTES) await file.truncate(CHECKPOINT_BYTES)
    await file.datasync()
  } finally {
    await file.close()
  }
}

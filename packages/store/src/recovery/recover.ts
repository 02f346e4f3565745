import type { Logger } from '@rocketeer/foundation'
import { RECORD_HEAD_BYTES, recordStoreTimestamp } from '@rocketeer/protocol/record'
import type { Damage } from '../commit-log/damage.js'
import type { LogFiles } from '../commit-log/log-files.js'
import { isRecordAt } from '../commit-log/record-check.js'
import type { ConsumeQueues } from '../consume-queue/consume-queues.js'
import type { TopicEnds } from '../consume-queue/topic-ends.js'
import type { Checkpoint } from '../dispatch/checkpoint.js'
import type { Dispatcher } from '../dispatch/dispatcher.js'
import { factsOf } from '../dispatch/facts.js'
import type { DeliveryTime } from '../options.js'
import { scanLog } from './scan-log.js'

/** Clocks of timestamps in checkpoints are trusted to this. Apache: StoreCheckpoint.getMinTimestamp. */
const CHECKPOINT_SLACK_MS = 3000
/** Bounds the memory of a rebuild: the queues write what they got after this many records. */
const RECORDS_PER_WRITE = 100_000

interface RecoveryNeeds {
  readonly files: LogFiles
  readonly queues: ConsumeQueues
  readonly topicEnds: TopicEnds
  readonly dispatcher: Dispatcher
  readonly checkpoint: Checkpoint
  /** The last store on this directory was closed, not killed. */
  readonly clean: boolean
  readonly deliveryTime: DeliveryTime
  readonly logger: Logger
}

interface RecoveryResult {
  /** Where the log ends. */
  end: number
  damage: Damage[]
}

/**
 * Brings log and consume queues together: finds the end of the log, cuts what is torn, and dispatches records that the
 * queues miss. The log is the truth; a queue that says more than the log loses it.
 */
export async function recover(needs: RecoveryNeeds): Promise<RecoveryResult> {
  const { files, queues, topicEnds, dispatcher, deliveryTime, logger } = needs
  const { from, clean } = await findStart(needs)
  const searchBehindDamage = !clean || from === files.minOffset
  let records = 0
  const { end, damage } = await scanLog(files, from, { searchBehindDamage }, (record) => {
    dispatcher.dispatch(factsOf(record, deliveryTime))
    return ++records % RECORDS_PER_WRITE === 0 ? queues.write() : undefined
  })
  dispatcher.settle()
  for (const { start, end } of damage) {
    logger.error(
      { start, end, bytes: end - start },
      'the commit log is damaged here; these bytes are passed over',
    )
  }
  await queues.truncate(end)
  await files.truncate(end)
  await files.datasync(from)
  await topicEnds.retreat(end)
  await queues.write()
  await queues.expire(files.minOffset)
  return { end, damage }
}

/** Loads the consume queues and finds the offset from which records have to be dispatched; they end there. */
async function findStart(needs: RecoveryNeeds): Promise<{ from: number; clean: boolean }> {
  const { files, queues, checkpoint, logger } = needs
  let { clean } = needs
  await queues.load(clean ? Number.POSITIVE_INFINITY : startByCheckpoint(files, checkpoint))
  let from = queues.maxPhysicalOffset
  if (!files.holds(from) && from !== files.endOffset) clean = false
  if (clean && from > files.minOffset && !(await endsAtRecord(files, queues, from))) {
    logger.warn(
      { offset: from },
      'the consume queues do not end where the commit log has a record; checking both',
    )
    clean = false
  }
  if (!clean) {
    const bound = startByCheckpoint(files, checkpoint)
    from = from === 0 ? files.minOffset : startNear(files, bound)
    await queues.truncate(from)
  }
  return { from: Math.max(from, files.minOffset), clean }
}

/** Everything before the offset is in the consume queues for sure. */
function startByCheckpoint(files: LogFiles, checkpoint: Checkpoint): number {
  if (checkpoint.queuesPhysicalOffset > 0) return checkpoint.queuesPhysicalOffset
  const timestamp = Math.min(checkpoint.logTimestamp, checkpoint.queuesTimestamp) - CHECKPOINT_SLACK_MS
  for (const base of [...files.bases].reverse()) {
    const head = Buffer.alloc(RECORD_HEAD_BYTES)
    files.readSync(base, head, 0, head.length)
    if (isRecordAt(head, 0, base) && recordStoreTimestamp(head, 0) <= timestamp) return base
  }
  return files.minOffset
}

/** `offset` when a record stands there, else the start of the newest file before it that begins with one. */
function startNear(files: LogFiles, offset: number): number {
  if (hasRecordAt(files, offset)) return offset
  const before = files.bases.filter((base) => base < offset).reverse()
  return before.find((base) => hasRecordAt(files, base)) ?? files.minOffset
}

function hasRecordAt(files: LogFiles, offset: number): boolean {
  const head = Buffer.alloc(RECORD_HEAD_BYTES)
  files.readSync(offset, head, 0, head.length)
  return isRecordAt(head, 0, offset)
}

/** True when the queue that points furthest ends with an entry whose record stands in the log. */
async function endsAtRecord(files: LogFiles, queues: ConsumeQueues, end: number): Promise<boolean> {
  for (const queue of queues.queues()) {
    if (queue.maxPhysicalOffset !== end) continue
    const entry = await queue.entryAt(queue.maxOffset - 1)
    if (!entry) return false
    const head = Buffer.alloc(RECORD_HEAD_BYTES)
    files.readSync(entry.physicalOffset, head, 0, head.length)
    return isRecordAt(head, 0, entry.physicalOffset) && head.readInt32BE(0) === entry.recordBytes
  }
  return false
}

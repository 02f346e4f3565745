import { firstWhere, type Logger, messageOf } from '@rocketeer/foundation'
import { type MessageRecord, RECORD_HEAD_BYTES, recordStoreTimestamp } from '@rocketeer/protocol/record'
import type { LogFiles } from '../commit-log/log-files.js'
import { isRecordAt } from '../commit-log/record-check.js'
import type { ConsumeQueue } from '../consume-queue/consume-queue.js'
import type { ConsumeQueues } from '../consume-queue/consume-queues.js'
import type { Checkpoint } from './checkpoint.js'
import { type DispatchFacts, dispatchFactsOf } from './dispatch-facts.js'
import { type Damage, scanLog } from './scan-log.js'

/** Clocks of timestamps in checkpoints are trusted to this. Apache: StoreCheckpoint.getMinTimestamp. */
const CHECKPOINT_SLACK_MS = 3000
/** Bounds the memory of a rebuild: the queues write what they got after this many records. */
const RECORDS_PER_WRITE = 100_000

export interface RecoveryInput {
  files: LogFiles
  queues: ConsumeQueues
  checkpoint: Checkpoint
  /** The last store on this directory was closed, not killed. */
  clean: boolean
  delayLevelsMs: readonly number[]
  logger: Logger
  /** Each scanned record, for what else is derived from the log. */
  onRecord: (record: MessageRecord, facts: DispatchFacts) => void
}

export interface RecoveryResult {
  /** End of the log. */
  end: number
  damage: Damage[]
  /** Store timestamp of the newest record that was scanned; 0 when there was none. */
  lastTimestamp: number
  lastPhysicalOffset: number
}

/**
 * Brings log and consume queues together: finds the end of the log, cuts what is torn, and enters records into the
 * queues that are missing there. The log is the truth; a queue that says more than the log loses it.
 */
export async function recover(input: RecoveryInput): Promise<RecoveryResult> {
  const { files, queues, checkpoint, logger } = input
  let clean = input.clean
  await queues.load(clean ? Number.POSITIVE_INFINITY : startByCheckpoint(files, checkpoint))
  let from = newestEnd(queues)
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
    from = newestEnd(queues) === 0 ? files.minOffset : startNear(files, bound)
    await cutQueues(queues, from)
  }
  from = Math.max(from, files.minOffset)
  const searchBehindHoles = !clean || from === files.minOffset

  const entering = new Entering(queues, logger)
  let lastTimestamp = 0
  let lastPhysicalOffset = 0
  let records = 0
  const { end, damage } = await scanLog(files, from, { searchBehindHoles }, (record) => {
    const facts = dispatchFactsOf(record, input.delayLevelsMs)
    if (facts.queued) entering.enter(record, facts.tagsCode)
    input.onRecord(record, facts)
    lastTimestamp = record.storeTimestamp
    lastPhysicalOffset = record.physicalOffset
    return ++records % RECORDS_PER_WRITE === 0 ? queues.write() : undefined
  })
  for (const { start, end } of damage) {
    logger.error(
      { start, end, bytes: end - start },
      'the commit log is damaged here; these bytes are passed over',
    )
  }
  await entering.finish()
  await cutQueues(queues, end)
  await files.truncate(end)
  await files.datasync(from)
  await queues.write()
  await queues.expire(files.minOffset)
  return { end, damage, lastTimestamp, lastPhysicalOffset }
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

function newestEnd(queues: ConsumeQueues): number {
  let end = 0
  for (const queue of queues.queues()) end = Math.max(end, queue.maxPhysicalOffset)
  return end
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

/** Drops entries that point at or behind `physicalBound`. */
async function cutQueues(queues: ConsumeQueues, physicalBound: number): Promise<void> {
  for (const queue of queues.queues()) {
    if (queue.maxPhysicalOffset <= physicalBound) continue
    const { offset, physicalEnd } = await cutPoint(queue, physicalBound)
    await queue.truncate(offset, physicalEnd)
  }
}

async function cutPoint(queue: ConsumeQueue, physicalBound: number) {
  const offset = await firstWhere(queue.minOffset, queue.maxOffset, async (index) => {
    const entry = await queue.entryAt(index)
    return !entry || entry.physicalOffset >= physicalBound
  })
  const last = offset > queue.minOffset ? await queue.entryAt(offset - 1) : undefined
  return { offset, physicalEnd: last ? last.physicalOffset + last.recordBytes : 0 }
}

/** Enters scanned records into their queues. */
class Entering {
  readonly #queues: ConsumeQueues
  readonly #logger: Logger
  /** Queues whose old entries on disk have to go before the new ones are written. */
  readonly #restarted = new Map<ConsumeQueue, Promise<void>>()

  constructor(queues: ConsumeQueues, logger: Logger) {
    this.#queues = queues
    this.#logger = logger
  }

  enter(record: MessageRecord, tagsCode: number): void {
    const { topic, queueId, queueOffset, physicalOffset } = record
    const queue = this.#queues.findOrCreate(topic, queueId)
    if (queueOffset < queue.maxOffset) {
      if (physicalOffset < queue.maxPhysicalOffset) return
      // The topic was deleted and made again: the newer records count.
      this.#restarted.set(queue, queue.truncate(queueOffset, physicalOffset))
    }
    if (queue.maxOffset === queue.minOffset && queue.files.fileCount === 0) queue.startAt(queueOffset)
    if (queueOffset > queue.maxOffset) {
      const missing = queueOffset - queue.maxOffset
      this.#logger.error(
        { topic, queueId, queueOffset, missing },
        'records of this queue are lost; their offsets stay empty',
      )
      queue.appendBlanks(queueOffset, physicalOffset)
    }
    queue.append(physicalOffset, record.totalSize, tagsCode)
    queue.nextOffset = queue.maxOffset
    this.#queues.touched(queue)
  }

  async finish(): Promise<void> {
    for (const [queue, truncation] of this.#restarted) {
      try {
        await truncation
      } catch (error) {
        const { topic, queueId } = queue
        this.#logger.error({ topic, queueId, reason: messageOf(error) }, 'a consume queue could not be cut')
        throw error
      }
    }
  }
}

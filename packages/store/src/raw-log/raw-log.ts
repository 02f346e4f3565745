import { RECORD_HEAD_BYTES } from '@rocketeer/protocol/record'
import type { CommitLog } from '../commit-log/commit-log.js'
import type { DamageReport } from '../commit-log/damage.js'
import type { LogFiles } from '../commit-log/log-files.js'
import type { LogReader } from '../commit-log/log-reader.js'
import { isBlankRecord, isRecordAt } from '../commit-log/record-check.js'
import type { ConsumeQueues } from '../consume-queue/consume-queues.js'
import type { TopicEnds } from '../consume-queue/topic-ends.js'
import type { Checkpointer } from '../dispatch/checkpointer.js'
import type { Dispatcher } from '../dispatch/dispatcher.js'
import { type DispatchFacts, factsOf, isQueued } from '../dispatch/facts.js'
import { storeErrors } from '../errors.js'
import type { IndexFiles } from '../index-file/index-files.js'
import type { DeliveryTime } from '../options.js'
import type { QueueReader } from '../reading/queue-reader.js'
import { cutRecords, type PartialRecord } from './record-cutter.js'

interface RawLogNeeds {
  readonly log: CommitLog
  readonly files: LogFiles
  readonly reader: LogReader
  readonly queueReader: QueueReader
  readonly queues: ConsumeQueues
  readonly topicEnds: TopicEnds
  readonly index: IndexFiles | undefined
  readonly dispatcher: Dispatcher
  readonly checkpointer: Checkpointer
  readonly damage: DamageReport
  readonly deliveryTime: DeliveryTime
}

/**
 * The commit log as bytes, for replication: a master's log is read and appended elsewhere without being understood on
 * the way, and a log that went another way than its master's is cut back. Offsets are physical offsets.
 */
export class RawLog {
  readonly #needs: RawLogNeeds
  /** What the log ends with when the bytes of the last record did not all come yet. */
  #partial: PartialRecord | undefined

  constructor(needs: RawLogNeeds) {
    this.#needs = needs
  }

  /** The first offset that can be read. */
  get minOffset(): number {
    return this.#needs.log.minOffset
  }

  /** Where the next bytes belong; everything before it is written, though perhaps not committed. */
  get end(): number {
    return this.#needs.log.writtenEnd
  }

  /** The start of the record the log ends in, or `end` when it ends with a whole one. */
  get wholeEnd(): number {
    return this.#partial?.start ?? this.end
  }

  /** Calls `listener` with the new `end` after each write. Returns how to stop that. */
  onWritten(listener: (end: number) => void): () => void {
    return this.#needs.log.onWritten(listener)
  }

  /**
   * The bytes from `offset` on as they stand in the file, the blank end of a full file included: at most `bytesMax`, and
   * never beyond the end of a file. Empty at the end of the log, undefined where the log has nothing.
   */
  async read(offset: number, bytesMax: number): Promise<Buffer | undefined> {
    const { files, reader } = this.#needs
    if (offset < this.minOffset || offset > this.end) return undefined
    const fileEnd = files.baseOf(offset) + files.fileBytes
    const bytes = Math.min(bytesMax, fileEnd - offset, this.end - offset)
    const target = Buffer.allocUnsafeSlow(bytes)
    return target.subarray(0, await reader.read(offset, bytes, target, 0))
  }

  /**
   * Appends bytes that stand at `offset` of another log with files of the same size. They may begin and end within
   * records; a record is dispatched once it is whole and committed. An empty log begins wherever a file of the other one
   * does. Throws `RAW_BYTES_MISPLACED`, `RAW_BYTES_INVALID`, and what refuses appends; whole files before the fault are
   * kept then, as `end` says.
   */
  append(offset: number, bytes: Buffer): void {
    const { log, files, deliveryTime } = this.#needs
    if (log.isEmpty && offset % files.fileBytes === 0) log.beginAt(offset)
    if (offset !== log.end) throw storeErrors.RAW_BYTES_MISPLACED({ offset, expectedOffset: log.end })
    for (let done = 0; done < bytes.length; ) {
      const piece = bytes.subarray(done, done + log.bytesLeftInFile)
      const { records, partial } = cutRecords(piece, {
        offset: log.end,
        partial: this.#partial,
        fileBytes: files.fileBytes,
      })
      const facts = records.map((record) => factsOf(record, deliveryTime))
      log.appendRaw({ bytes: piece, records: facts, endsWithRecord: partial === undefined })
      this.#partial = partial
      this.#takeQueueOffsets(facts)
      done += piece.length
    }
  }

  /**
   * Makes the log end at `offset`, or at the start of the record `offset` lies in; consume queues and index lose what
   * points behind it. Resolves with that end once all of it is on disk: what was cut does not come back. Appends are
   * refused meanwhile. Rejects with `STORE_FENCED` when the disk fails.
   */
  truncateTo(offset: number): Promise<number> {
    const { log, checkpointer, queues, topicEnds, index, dispatcher, reader, queueReader, damage } =
      this.#needs
    return log.truncate(() =>
      checkpointer.whilePaused(async () => {
        const end = await this.#recordStart(offset)
        // First what says that the queues have it all: a kill from here on finds the rest in the log.
        await checkpointer.retreat(end)
        await queues.truncate(end)
        await topicEnds.retreat(end)
        await index?.truncate(end)
        dispatcher.retreat(end)
        reader.forgetFrom(end)
        queueReader.forget()
        damage.forgetFrom(end)
        this.#partial = undefined
        return end
      }),
    )
  }

  /** A message appended before these records are committed goes behind them in its queue, too. */
  #takeQueueOffsets(records: readonly DispatchFacts[]): void {
    for (const { topic, queueId, sysFlag, queueOffset } of records) {
      if (!isQueued(sysFlag)) continue
      const queue = this.#needs.queues.findOrCreate(topic, queueId)
      queue.nextOffset = Math.max(queue.nextOffset, queueOffset + 1)
    }
  }

  /** `offset` when a record starts or the log ends there, else the start of the record it lies in. */
  async #recordStart(offset: number): Promise<number> {
    const { files, reader } = this.#needs
    if (offset >= this.wholeEnd) return this.wholeEnd
    if (offset <= this.minOffset) return this.minOffset
    const head = Buffer.alloc(RECORD_HEAD_BYTES)
    // Each file begins with a record; there is nothing else to find the others by.
    let start = files.baseOf(offset)
    while (start < offset) {
      await reader.read(start, head.length, head, 0)
      // Damage: what lies behind it cannot be told apart any more.
      if (!isRecordAt(head, 0, start) && !isBlankRecord(head, 0)) return start
      const next = start + head.readInt32BE(0)
      if (next > offset || next <= start) return start
      start = next
    }
    return start
  }
}

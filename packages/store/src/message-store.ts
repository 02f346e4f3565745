import { makeDirectory } from '@rocketeer/files'
import { parseOptions, Resources, type RocketeerError } from '@rocketeer/foundation'
import type { AppendListener, AppendResult, MessageToStore } from './commit-log/append.js'
import type { Damage } from './commit-log/damage.js'
import type { QueueEntry } from './consume-queue/entry.js'
import type { ArrivalListener } from './dispatch/arrivals.js'
import { type StoreOptions, storeOptionsSchema } from './options.js'
import type { RawLog } from './raw-log/raw-log.js'
import { type QueryLimits, queryByKey } from './reading/key-query.js'
import type { ReadRequest } from './reading/read-request.js'
import type { ReadResult } from './reading/read-result.js'
import { offsetAtTime } from './reading/time-search.js'
import type { QueueInfo, StoreStats } from './store-info.js'
import { closeParts, openParts, type StoreParts } from './store-parts.js'

/**
 * Messages on disk, in Apache RocketMQ's files: one commit log for all topics, consume queues and an index derived
 * from it. Apache: DefaultMessageStore.
 */
export class MessageStore implements AsyncDisposable {
  readonly #parts: StoreParts
  #closing: Promise<void> | undefined

  private constructor(parts: StoreParts) {
    this.#parts = parts
  }

  /**
   * Opens or makes a data directory. Throws `OPTION_INVALID`, `DIRECTORY_IN_USE` and `FILE_SIZE_MISMATCH`, besides what
   * the file system says.
   */
  static async open(options: StoreOptions): Promise<MessageStore> {
    const config = parseOptions(storeOptionsSchema, options, 'store')
    await makeDirectory(config.files, config.directory)
    const opened = new Resources()
    try {
      return new MessageStore(await openParts(config, opened))
    } catch (error) {
      await opened.close()
      throw error
    }
  }

  /**
   * Resolves once the message is written (flush mode `async`) or on disk (`sync`). Rejects with `MESSAGE_TOO_LARGE`
   * when a file of the log has no room for it, with `RECORD_TOO_LARGE` when its properties are too long for a record (see
   * `isUnstorable`), and with `DISK_FULL`, `WRITE_FAILED`, `STORE_FENCED` and `STORE_CLOSED`. How large the messages of
   * clients may be is the broker's business.
   */
  append(message: MessageToStore): Promise<AppendResult> {
    return new Promise((resolve, reject) => {
      this.appendThen(message, (error, result) => (error ? reject(error) : resolve(result!)))
    })
  }

  /** The same without a promise: `done` gets either an error or a result, sometimes before this returns. */
  appendThen(message: MessageToStore, done: AppendListener): void {
    const queue = this.#parts.queues.findOrCreate(message.topic, message.queueId)
    this.#parts.log.append(message, queue, done)
  }

  minOffset(topic: string, queueId: number): number {
    return this.#parts.queues.find(topic, queueId)?.minOffset ?? 0
  }

  /** Whether a queue has lost nothing since its topic was made: its first message is there, or it has had none. */
  hasFirst(topic: string, queueId: number): boolean {
    return this.#parts.queues.hasFirst(topic, queueId)
  }

  /** The offset the next message will get, as far as consumers may know. */
  maxOffset(topic: string, queueId: number): number {
    return this.#parts.queues.find(topic, queueId)?.maxOffset ?? 0
  }

  /**
   * Messages of one queue from `offset` on, at least one when the filter accepts one. Answers at once when they are in
   * memory and the filter looks at tags codes only.
   */
  read(request: ReadRequest): ReadResult | Promise<ReadResult> {
    return this.#parts.queueReader.read(this.#parts.queues.find(request.topic, request.queueId), request)
  }

  /**
   * Entries of a consume queue from `offset` on without their records: some of the next `countMax`, none only where
   * there are none. Those of lost records are included.
   */
  async entries(topic: string, queueId: number, offset: number, countMax: number): Promise<QueueEntry[]> {
    return (await this.#parts.queues.find(topic, queueId)?.entries(offset, countMax)) ?? []
  }

  /** Brings everything written so far to disk; false when that failed. */
  flush(): Promise<boolean> {
    return this.#parts.log.flushTo(this.#parts.log.writtenEnd)
  }

  /** The record that starts at `physicalOffset`, checked; undefined when none does. */
  async recordAt(physicalOffset: number): Promise<Buffer | undefined> {
    if (physicalOffset < this.#parts.log.minOffset || physicalOffset >= this.#parts.log.commitOffset)
      return undefined
    return this.#parts.reader.record(physicalOffset, this.#parts.config.commitLogFileBytes)
  }

  /** The offset of the first message stored at or after `timestamp` (`lower`), or of the last one before or at it. */
  async offsetAt(
    topic: string,
    queueId: number,
    timestamp: number,
    boundary: 'lower' | 'upper' = 'lower',
  ): Promise<number> {
    const queue = this.#parts.queues.find(topic, queueId)
    if (!queue) return 0
    return offsetAtTime(queue, timestamp, boundary, (offset) => this.#parts.reader.storeTimestamp(offset))
  }

  /** Store timestamp of the oldest message of a queue, or of the whole log; -1 when there is none. */
  async earliestStoreTimestamp(topic?: string, queueId?: number): Promise<number> {
    if (topic === undefined || queueId === undefined) {
      return this.#parts.reader.storeTimestamp(this.#parts.log.minOffset)
    }
    const queue = this.#parts.queues.find(topic, queueId)
    const entry = await queue?.entryAt(queue.minOffset)
    return entry ? this.#parts.reader.storeTimestamp(entry.physicalOffset) : -1
  }

  /**
   * Physical offsets of messages with this key or unique id, newest first, each compared with its record. Nothing when
   * the index is off.
   */
  query(topic: string, key: string, limits: QueryLimits): Promise<number[]> {
    const { index } = this.#parts
    if (!index) return Promise.resolve([])
    return queryByKey({ topic, key, limits }, { index, recordAt: (offset) => this.recordAt(offset) })
  }

  *queues(topic?: string): Iterable<QueueInfo> {
    for (const queue of this.#parts.queues.queues(topic)) {
      const { topic: name, queueId, minOffset, maxOffset, maxPhysicalOffset, files } = queue
      // A queue whose only message was refused has nothing to show.
      if (maxOffset > minOffset || files.fileCount > 0)
        yield { topic: name, queueId, minOffset, maxOffset, maxPhysicalOffset }
    }
  }

  /**
   * Removes the consume queues of topics. Their records stay until they expire, and their queue offsets are not used
   * again: a topic made again under such a name begins each queue where the deleted one ended.
   */
  async deleteTopics(topics: Iterable<string>): Promise<void> {
    const { queues, log } = this.#parts
    for (const topic of topics) await queues.deleteTopic(topic, () => log.end)
  }

  /** The same for all topics not in `keep`; returns these topics. */
  async deleteTopicsExcept(keep: ReadonlySet<string>): Promise<string[]> {
    const gone = [...this.#parts.queues.topics].filter((topic) => !keep.has(topic))
    await this.deleteTopics(gone)
    return gone
  }

  /** `listener` is called for every message, after consumers may see it. Returns how to stop that. */
  onArrival(listener: ArrivalListener): () => void {
    return this.#parts.arrivals.listen(listener)
  }

  /** `ok`, or why messages are refused. */
  get writable(): 'ok' | RocketeerError {
    return this.#parts.log.refusal ?? 'ok'
  }

  /** Deletes expired commit log files now, whatever the hour; returns how many. Apache: executeDeleteFilesManually. */
  deleteExpiredFiles(): Promise<number> {
    return this.#parts.retention.deleteExpired()
  }

  /** The commit log as bytes, for replication. */
  get rawLog(): RawLog {
    return this.#parts.rawLog
  }

  /** Stretches of the log that hold no readable record. */
  get damage(): readonly Damage[] {
    return this.#parts.damage.stretches
  }

  get stats(): StoreStats {
    const { log } = this.#parts
    return {
      ...log.counts,
      minPhysicalOffset: log.minOffset,
      maxPhysicalOffset: log.commitOffset,
      writtenPhysicalOffset: log.writtenEnd,
      flushedPhysicalOffset: log.flushedEnd,
    }
  }

  /** Resolves when everything is on disk. */
  close(): Promise<void> {
    this.#closing ??= closeParts(this.#parts)
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

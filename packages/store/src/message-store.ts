import { join } from 'node:path'
import type { DirectoryLock } from '@rocketeer/files'
import { messageOf, parseOptions, Resources, type RocketeerError } from '@rocketeer/foundation'
import type { AppendListener, AppendResult, MessageToStore, PendingAppend } from './commit-log/append.js'
import { CommitLog } from './commit-log/commit-log.js'
import { LogFiles } from './commit-log/log-files.js'
import { LogReader } from './commit-log/log-reader.js'
import { LogTail } from './commit-log/log-tail.js'
import type { ConsumeQueue } from './consume-queue/consume-queue.js'
import { ConsumeQueues } from './consume-queue/consume-queues.js'
import type { QueueEntry } from './consume-queue/entry.js'
import { Derivation } from './derivation.js'
import { type StoreOptions, type StoreSettings, storeOptionsSchema } from './options.js'
import { type QueryLimits, queryByKey } from './reading/key-query.js'
import { QueueReader } from './reading/queue-reader.js'
import type { ReadRequest } from './reading/read-request.js'
import type { ReadResult } from './reading/read-result.js'
import { offsetAtTime } from './reading/time-search.js'
import { readCheckpoint } from './recovery/checkpoint.js'
import { recover } from './recovery/recover.js'
import type { Damage } from './recovery/scan-log.js'
import { Retention } from './retention/retention.js'

/** Called for every message that consumers may see from now on. */
export type ArrivalListener = (
  topic: string,
  queueId: number,
  maxOffset: number,
  tagsCode: number,
  storeTimestamp: number,
) => void

/** Largest record that is read by its offset alone: a body of the largest size and everything around it. */
const RECORD_OVERHEAD_BYTES_MAX = 128 * 1024

interface Parts {
  settings: StoreSettings
  lock: DirectoryLock
  files: LogFiles
  tail: LogTail
  queues: ConsumeQueues
  derivation: Derivation
  end: number
  damage: Damage[]
}

/** Takes the lock, brings log and queues together. What is to be given back if that fails goes into `opened`. */
async function openParts(settings: StoreSettings, opened: Resources): Promise<Parts> {
  const { directory, files: disk, delayLevelsMs, logger } = settings
  const lock = disk.lockDirectory(directory)
  opened.defer(() => lock.release())
  const clean = !(await disk.list(directory)).some(({ name }) => name === 'abort')
  const logPath = settings.commitLogPath ?? join(directory, 'commitlog')
  const files = opened.use(await LogFiles.open(disk, logPath, settings.commitLogFileBytes))
  const queuesPath = join(directory, 'consumequeue')
  await disk.makeDirectory(queuesPath)
  const queues = opened.use(new ConsumeQueues(disk, queuesPath, settings.consumeQueueFileEntries))
  const checkpoint = await readCheckpoint(disk, join(directory, 'checkpoint'))
  const derivation = await Derivation.open({ settings, queues, checkpoint })
  opened.defer(() => derivation.index?.close())
  // From here on a start that does not end leaves work for the next one.
  await (await disk.open(join(directory, 'abort'), 'create')).close()
  const onRecord = derivation.onRecovered
  const found = await recover({ files, queues, checkpoint, clean, delayLevelsMs, logger, onRecord })
  await derivation.checkpoint()
  return { settings, lock, files, tail: new LogTail(settings.tailBytesMax), queues, derivation, ...found }
}

/**
 * Messages on disk, in Apache RocketMQ's files: one commit log for all topics, consume queues and an index derived
 * from it. Apache: DefaultMessageStore.
 */
export class MessageStore implements AsyncDisposable {
  readonly #settings: StoreSettings
  readonly #lock: DirectoryLock
  readonly #files: LogFiles
  readonly #queues: ConsumeQueues
  readonly #log: CommitLog<ConsumeQueue>
  readonly #reader: LogReader
  readonly #queueReader: QueueReader
  readonly #derivation: Derivation
  readonly #retention: Retention
  readonly #counts = { appended: 0, appendedBytes: 0 }
  readonly #listeners = new Set<ArrivalListener>()
  /** Stretches of the log that hold no readable record. */
  readonly damage: Damage[]
  #closing: Promise<void> | undefined

  private constructor(parts: Parts) {
    const { settings, files, tail } = parts
    this.#settings = settings
    this.#lock = parts.lock
    this.#files = files
    this.#queues = parts.queues
    this.#derivation = parts.derivation
    this.damage = parts.damage
    this.#log = new CommitLog({
      files,
      tail,
      end: parts.end,
      flushMode: settings.flushMode,
      flushIntervalMs: settings.flushIntervalMs,
      flushTimeoutMs: settings.flushTimeoutMs,
      messageBytesMax: settings.messageBytesMax,
      onStored: (entries) => this.#onStored(entries),
      onFenced: (reason) => settings.logger.error({ reason }, 'the store takes no more messages'),
    })
    this.#reader = new LogReader(files, tail, () => this.#log.readableEnd)
    this.#queueReader = new QueueReader({
      reader: this.#reader,
      settings,
      logEnd: () => this.#log.readableEnd,
      onDamage: (physicalOffset, recordBytes) => this.#onDamage(physicalOffset, recordBytes),
    })
    this.#derivation.start(this.#log)
    this.#retention = new Retention({
      settings,
      logPath: files.directory,
      oldestFileEnd: () => this.#oldestFileEnd(),
      deleteOldest: () => this.#deleteOldest(),
      refuse: (reason) => this.#log.refuse(reason),
    })
    this.#retention.start()
  }

  /**
   * Opens or makes a data directory. Throws `OPTION_INVALID`, `DIRECTORY_IN_USE` and `FILE_SIZE_MISMATCH`, besides what
   * the file system says.
   */
  static async open(options: StoreOptions): Promise<MessageStore> {
    const settings = parseOptions(storeOptionsSchema, options, 'store')
    await settings.files.makeDirectory(settings.directory)
    const opened = new Resources()
    try {
      return new MessageStore(await openParts(settings, opened))
    } catch (error) {
      await opened.close()
      throw error
    }
  }

  /**
   * Resolves once the message is written (ASYNC_FLUSH) or on disk (SYNC_FLUSH). Rejects with `MESSAGE_TOO_LARGE`,
   * `RECORD_TOO_LARGE`, `DISK_FULL`, `WRITE_FAILED`, `STORE_FENCED` and `STORE_CLOSED`.
   */
  append(message: MessageToStore): Promise<AppendResult> {
    return new Promise((resolve, reject) => {
      this.appendThen(message, (error, result) => (error ? reject(error) : resolve(result!)))
    })
  }

  /** The same without a promise: `done` gets either an error or a result, sometimes before this returns. */
  appendThen(message: MessageToStore, done: AppendListener): void {
    const queue = this.#queues.findOrCreate(message.topic, message.queueId)
    this.#log.append(message, queue, this.#settings.clock.now(), done)
  }

  minOffset(topic: string, queueId: number): number {
    return this.#queues.find(topic, queueId)?.minOffset ?? 0
  }

  /** The offset the next message will get, as far as consumers may know. */
  maxOffset(topic: string, queueId: number): number {
    return this.#queues.find(topic, queueId)?.maxOffset ?? 0
  }

  /**
   * Messages of one queue from `offset` on, at least one when the filter accepts one. Answers at once when they are in
   * memory and the filter looks at tags codes only.
   */
  read(request: ReadRequest): ReadResult | Promise<ReadResult> {
    return this.#queueReader.read(this.#queues.find(request.topic, request.queueId), request)
  }

  /**
   * Entries of a consume queue from `offset` on without their records: some of the next `countMax`, none only where
   * there are none. Those of lost records are included.
   */
  async entries(topic: string, queueId: number, offset: number, countMax: number): Promise<QueueEntry[]> {
    return (await this.#queues.find(topic, queueId)?.entries(offset, countMax)) ?? []
  }

  /** Brings everything written so far to disk; false when that failed. */
  flush(): Promise<boolean> {
    return this.#log.flushTo(this.#log.writtenEnd)
  }

  /** The record that starts at `physicalOffset`, checked; undefined when none does. */
  async recordAt(physicalOffset: number): Promise<Buffer | undefined> {
    if (physicalOffset < this.#log.minOffset || physicalOffset >= this.#log.readableEnd) return undefined
    return this.#reader.record(physicalOffset, this.#settings.messageBytesMax + RECORD_OVERHEAD_BYTES_MAX)
  }

  /** The offset of the first message stored at or after `timestamp` (`lower`), or of the last one before or at it. */
  async offsetAt(
    topic: string,
    queueId: number,
    timestamp: number,
    boundary: 'lower' | 'upper' = 'lower',
  ): Promise<number> {
    const queue = this.#queues.find(topic, queueId)
    if (!queue) return 0
    return offsetAtTime(queue, timestamp, boundary, (offset) => this.#reader.storeTimestamp(offset))
  }

  /** Store timestamp of the oldest message of a queue, or of the whole log; -1 when there is none. */
  async earliestStoreTimestamp(topic?: string, queueId?: number): Promise<number> {
    if (topic === undefined || queueId === undefined) {
      return this.#reader.storeTimestamp(this.#log.minOffset)
    }
    const queue = this.#queues.find(topic, queueId)
    const entry = await queue?.entryAt(queue.minOffset)
    return entry ? this.#reader.storeTimestamp(entry.physicalOffset) : -1
  }

  /**
   * Physical offsets of messages with this key or unique id, newest first, each compared with its record. Nothing when
   * the index is off.
   */
  query(topic: string, key: string, limits: QueryLimits): Promise<number[]> {
    const { index } = this.#derivation
    return index
      ? queryByKey(index, (offset) => this.recordAt(offset), topic, key, limits)
      : Promise.resolve([])
  }

  *queues(topic?: string): Iterable<QueueInfo> {
    for (const queue of this.#queues.queues(topic)) {
      const { topic: name, queueId, minOffset, maxOffset, maxPhysicalOffset } = queue
      // One whose only message was refused holds nothing.
      if (maxOffset > 0) yield { topic: name, queueId, minOffset, maxOffset, maxPhysicalOffset }
    }
  }

  /** Removes the consume queues of all topics not in `keep`; returns these topics. Their records stay until they expire. */
  async deleteTopics(keep: ReadonlySet<string>): Promise<string[]> {
    const gone = [...this.#queues.topics].filter((topic) => !keep.has(topic))
    for (const topic of gone) await this.#queues.deleteTopic(topic)
    return gone
  }

  /** `listener` is called for every message, after consumers may see it. Returns how to stop that. */
  onArrival(listener: ArrivalListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** `ok`, or why messages are refused. */
  get writable(): 'ok' | RocketeerError {
    return this.#log.refusal ?? 'ok'
  }

  /** Deletes expired commit log files now, whatever the hour; returns how many. Apache: executeDeleteFilesManually. */
  deleteExpiredFiles(): Promise<number> {
    return this.#retention.deleteExpired()
  }

  get stats(): StoreStats {
    const { minOffset, readableEnd, writtenEnd, flushedEnd } = this.#log
    return {
      ...this.#counts,
      minPhysicalOffset: minOffset,
      maxPhysicalOffset: readableEnd,
      writtenPhysicalOffset: writtenEnd,
      flushedPhysicalOffset: flushedEnd,
    }
  }

  /** Resolves when everything is on disk. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(): Promise<void> {
    const { directory, files, logger } = this.#settings
    try {
      await this.#retention.close()
      await this.#log.close()
      await this.#derivation.close(this.#log)
      await this.#queues.close()
      const fenced = this.#log.refusal?.code === 'STORE_FENCED'
      if (!fenced) await files.remove(join(directory, 'abort'))
    } catch (error) {
      logger.error(
        { reason: messageOf(error) },
        'the store could not be closed cleanly; the next start checks it',
      )
      throw error
    } finally {
      this.#lock.release()
    }
  }

  #onStored(entries: readonly PendingAppend<ConsumeQueue>[]): void {
    for (const { queue, queued, result, message } of entries) {
      this.#counts.appended++
      this.#counts.appendedBytes += result.recordBytes
      if (queued) {
        queue.append(result.physicalOffset, result.recordBytes, message.tagsCode)
        this.#queues.touched(queue)
      }
    }
    this.#derivation.onStored(entries)
    for (const entry of entries) entry.done?.(undefined, entry.result)
    if (this.#listeners.size === 0) return
    for (const { queue, queued, result, message } of entries) {
      if (!queued) continue
      for (const listener of this.#listeners) {
        listener(queue.topic, queue.queueId, result.queueOffset + 1, message.tagsCode, result.storeTimestamp)
      }
    }
  }

  /** Files are as old as the first message of the next one: file times do not survive a copy. */
  async #oldestFileEnd(): Promise<number | undefined> {
    const next = this.#files.bases[1]
    if (next === undefined || next >= this.#log.readableEnd) return undefined
    const timestamp = await this.#reader.storeTimestamp(next)
    // An unreadable one does not expire, but goes when the disk fills up.
    return timestamp < 0 ? Number.POSITIVE_INFINITY : timestamp
  }

  async #deleteOldest(): Promise<void> {
    if (!(await this.#files.deleteOldest())) return
    const { minOffset } = this.#files
    this.#reader.forgetBefore(minOffset)
    await this.#derivation.expire(minOffset)
  }

  #onDamage(physicalOffset: number, recordBytes: number): void {
    if (physicalOffset < this.#log.minOffset) return
    if (this.damage.some(({ start, end }) => physicalOffset >= start && physicalOffset < end)) return
    this.damage.push({ start: physicalOffset, end: physicalOffset + recordBytes })
    this.#settings.logger.error(
      { physicalOffset, recordBytes },
      'a record in the commit log is damaged; it is left out',
    )
  }
}

/** Counts since the store was opened, and where the log begins and ends. */
export interface StoreStats {
  appended: number
  appendedBytes: number
  minPhysicalOffset: number
  /** End of what consumers may see. */
  maxPhysicalOffset: number
  writtenPhysicalOffset: number
  flushedPhysicalOffset: number
}

export interface QueueInfo {
  topic: string
  queueId: number
  minOffset: number
  maxOffset: number
  /** End of the queue's last record in the commit log. */
  maxPhysicalOffset: number
}

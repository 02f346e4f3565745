import { join } from 'node:path'
import { messageOf } from '@rocketeer/foundation'
import { type MessageRecord, SysFlag, transactionTypeOf } from '@rocketeer/protocol/record'
import type { PendingAppend } from './commit-log/append.js'
import type { CommitLog } from './commit-log/commit-log.js'
import type { ConsumeQueue } from './consume-queue/consume-queue.js'
import type { ConsumeQueues } from './consume-queue/consume-queues.js'
import { IndexFiles } from './index-file/index-files.js'
import type { StoreSettings } from './options.js'
import { type Checkpoint, writeCheckpoint } from './recovery/checkpoint.js'
import type { DispatchFacts } from './recovery/dispatch-facts.js'

/** Pause between two rounds of writing what is only in memory. Real time: it bounds memory and what a kill costs. */
const WRITE_INTERVAL_MS = 200
/** So much log since the last checkpoint makes the next one due. */
const CHECKPOINT_BYTES = 256 * 1024 * 1024
/** Queues idle for one to two of these free their memory. */
const RELEASE_INTERVAL_MS = 60_000

interface DerivationNeeds {
  settings: StoreSettings
  queues: ConsumeQueues
  checkpoint: Checkpoint
}

/**
 * Keeps what is derived from the log (consume queues, index) moving to disk behind it, and says in the checkpoint how
 * far it got. Being late is harmless: a start after a kill derives again from the checkpoint on.
 */
export class Derivation {
  readonly #settings: StoreSettings
  readonly #queues: ConsumeQueues
  /** Undefined when `messageIndexEnable` is off. */
  readonly index: IndexFiles | undefined
  readonly #checkpointPath: string
  readonly #checkpoint: Checkpoint
  #log: CommitLog<ConsumeQueue> | undefined
  #timer: NodeJS.Timeout | undefined
  #round: Promise<void> | undefined
  /** Newest record that consume queues and index know. */
  #lastPhysicalOffset = 0
  #lastTimestamp = 0
  #checkpointAt = performance.now()
  #releasedAt = performance.now()
  #failing = false
  #closed = false

  private constructor(needs: DerivationNeeds, index: IndexFiles | undefined) {
    this.index = index
    this.#settings = needs.settings
    this.#queues = needs.queues
    this.#checkpoint = needs.checkpoint
    this.#checkpointPath = join(needs.settings.directory, 'checkpoint')
  }

  static async open(needs: DerivationNeeds): Promise<Derivation> {
    const { messageIndexEnable, directory, files, indexFileSlots, indexFileEntries, clock, logger } =
      needs.settings
    if (!messageIndexEnable) return new Derivation(needs, undefined)
    const size = { slots: indexFileSlots, entries: indexFileEntries }
    const index = await IndexFiles.open({ files, directory: join(directory, 'index'), size, clock, logger })
    return new Derivation(needs, index)
  }

  /** A record that recovery found behind the checkpoint. */
  readonly onRecovered = (record: MessageRecord, { keys, uniqueKey }: DispatchFacts): void => {
    const { topic, sysFlag, physicalOffset, storeTimestamp } = record
    if (this.index && isIndexed(sysFlag) && physicalOffset > this.index.endPhysicalOffset) {
      this.index.put({ topic, physicalOffset, storeTimestamp, keys, uniqueKey })
    }
    this.#lastPhysicalOffset = record.physicalOffset
    this.#lastTimestamp = record.storeTimestamp
  }

  onStored(entries: readonly PendingAppend<ConsumeQueue>[]): void {
    const last = entries.at(-1)
    if (!last) return
    if (this.index) for (const entry of entries) this.#putIndex(this.index, entry)
    this.#lastPhysicalOffset = last.result.physicalOffset
    this.#lastTimestamp = last.result.storeTimestamp
    this.#schedule()
  }

  start(log: CommitLog<ConsumeQueue>): void {
    this.#log = log
  }

  /** Brings everything derived to disk and says so in the checkpoint. Without a log, all of it is on disk already. */
  async checkpoint(log?: CommitLog<ConsumeQueue>): Promise<void> {
    const offset = this.#lastPhysicalOffset
    const timestamp = this.#lastTimestamp
    const logEnd = log?.writtenEnd
    await this.#queues.write()
    await this.#queues.datasync()
    await this.index?.commit()
    // What the log itself may still lose must not be called derived.
    if (offset === 0 || (log && !(await log.flushTo(logEnd!)))) return
    this.#checkpoint.logTimestamp = timestamp
    this.#checkpoint.queuesTimestamp = timestamp
    this.#checkpoint.queuesPhysicalOffset = offset
    this.#checkpoint.indexTimestamp = this.index?.endTimestamp ?? this.#checkpoint.indexTimestamp
    await writeCheckpoint(this.#settings.files, this.#checkpointPath, this.#checkpoint)
    this.#checkpointAt = performance.now()
  }

  /** Removes what points before `minPhysicalOffset`, where the log begins now. */
  async expire(minPhysicalOffset: number): Promise<void> {
    await this.#queues.expire(minPhysicalOffset)
    await this.index?.expire(minPhysicalOffset)
  }

  async close(log: CommitLog<ConsumeQueue>): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    await this.#round
    await this.checkpoint(log)
    await this.index?.close()
  }

  #putIndex(index: IndexFiles, { message, result }: PendingAppend<ConsumeQueue>): void {
    const { topic, sysFlag, keys, uniqueKey } = message
    if (!isIndexed(sysFlag) || (!keys && !uniqueKey)) return
    const { physicalOffset, storeTimestamp } = result
    index.put({ topic, physicalOffset, storeTimestamp, keys, uniqueKey })
  }

  #schedule(): void {
    if (this.#timer || this.#round || this.#closed) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#round = this.#runRound().finally(() => {
        this.#round = undefined
        // Also when nothing is stored any more: a start after a kill would have it all to derive again.
        if (this.#lastPhysicalOffset > this.#checkpoint.queuesPhysicalOffset) this.#schedule()
      })
    }, WRITE_INTERVAL_MS).unref()
  }

  async #runRound(): Promise<void> {
    const log = this.#log
    if (!log) return
    const now = performance.now()
    try {
      await this.#queues.write()
      await this.index?.write()
      const behind = this.#lastPhysicalOffset - this.#checkpoint.queuesPhysicalOffset
      const due = now - this.#checkpointAt > this.#settings.checkpointIntervalMs || behind > CHECKPOINT_BYTES
      if (behind > 0 && due) await this.checkpoint(log)
      if (now - this.#releasedAt > RELEASE_INTERVAL_MS) {
        this.#releasedAt = now
        this.#queues.releaseIdle()
      }
      this.#failing = false
    } catch (error) {
      if (!this.#failing) {
        const reason = messageOf(error)
        this.#settings.logger.error({ reason }, 'consume queues could not be written; trying again')
      }
      this.#failing = true
    }
  }
}

/** A rollback says nothing worth finding. Apache: IndexService.buildIndex. */
function isIndexed(sysFlag: number): boolean {
  return transactionTypeOf(sysFlag) !== SysFlag.TRANSACTION_ROLLBACK
}

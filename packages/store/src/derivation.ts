import { join } from 'node:path'
import { messageOf } from '@rocketeer/foundation'
import type { MessageRecord } from '@rocketeer/protocol'
import type { PendingAppend } from './commit-log/append.js'
import type { CommitLog } from './commit-log/commit-log.js'
import type { ConsumeQueue } from './consume-queue/consume-queue.js'
import type { ConsumeQueues } from './consume-queue/consume-queues.js'
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

  private constructor(needs: DerivationNeeds) {
    this.#settings = needs.settings
    this.#queues = needs.queues
    this.#checkpoint = needs.checkpoint
    this.#checkpointPath = join(needs.settings.directory, 'checkpoint')
  }

  static async open(needs: DerivationNeeds): Promise<Derivation> {
    return new Derivation(needs)
  }

  /** A record that recovery found behind the checkpoint. */
  readonly onRecovered = (record: MessageRecord, _facts: DispatchFacts): void => {
    this.#lastPhysicalOffset = record.physicalOffset
    this.#lastTimestamp = record.storeTimestamp
  }

  onStored(entries: readonly PendingAppend<ConsumeQueue>[]): void {
    const last = entries.at(-1)
    if (!last) return
    this.#lastPhysicalOffset = last.result.physicalOffset
    this.#lastTimestamp = last.result.storeTimestamp
    this.#schedule()
  }

  start(log: CommitLog<ConsumeQueue>): void {
    this.#log = log
  }

  /** Brings everything derived to disk and says so in the checkpoint. */
  async checkpoint(flushedOffset: number): Promise<void> {
    const offset = this.#lastPhysicalOffset
    const timestamp = this.#lastTimestamp
    await this.#queues.write()
    await this.#queues.datasync()
    // What the log itself may still lose must not be called derived.
    if (offset === 0 || offset >= flushedOffset) return
    this.#checkpoint.logTimestamp = timestamp
    this.#checkpoint.queuesTimestamp = timestamp
    this.#checkpoint.queuesPhysicalOffset = offset
    await writeCheckpoint(this.#settings.files, this.#checkpointPath, this.#checkpoint)
    this.#checkpointAt = performance.now()
  }

  async close(flushedOffset: number): Promise<void> {
    clearTimeout(this.#timer)
    await this.#round
    await this.checkpoint(flushedOffset)
  }

  #schedule(): void {
    if (this.#timer || this.#round) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#round = this.#runRound().finally(() => {
        this.#round = undefined
      })
    }, WRITE_INTERVAL_MS).unref()
  }

  async #runRound(): Promise<void> {
    const log = this.#log
    if (!log) return
    const now = performance.now()
    try {
      await this.#queues.write()
      const behind = this.#lastPhysicalOffset - this.#checkpoint.queuesPhysicalOffset
      const due = now - this.#checkpointAt > this.#settings.checkpointIntervalMs || behind > CHECKPOINT_BYTES
      if (behind > 0 && due) await this.checkpoint(log.flushedOffset)
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
    if (this.#lastPhysicalOffset > this.#checkpoint.queuesPhysicalOffset) this.#schedule()
  }
}

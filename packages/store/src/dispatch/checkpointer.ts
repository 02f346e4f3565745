import { join } from 'node:path'
import { messageOf, Rounds } from '@rocketeer/foundation'
import type { ConsumeQueues } from '../consume-queue/consume-queues.js'
import type { IndexFiles } from '../index-file/index-files.js'
import type { StoreConfig } from '../options.js'
import { type Checkpoint, writeCheckpoint } from './checkpoint.js'
import type { Dispatcher } from './dispatcher.js'

/** Pause between two rounds of writing what is only in memory: it bounds memory and what a kill costs. */
const WRITE_INTERVAL_MS = 200
/** So much log since the last checkpoint makes the next one due. */
const CHECKPOINT_BYTES = 256 * 1024 * 1024
/** Queues idle for one to two of these free their memory. */
const RELEASE_INTERVAL_MS = 60_000

interface CheckpointerNeeds {
  readonly config: StoreConfig
  readonly queues: ConsumeQueues
  readonly index: IndexFiles | undefined
  readonly dispatcher: Dispatcher
  readonly checkpoint: Checkpoint
  readonly log: {
    readonly writtenEnd: number
    /** Resolves with true when the log is on disk up to `offset`. */
    flushTo(offset: number): Promise<boolean>
  }
}

/**
 * Brings consume queues and index to disk behind the log, and says in the checkpoint how far they got. Being late is
 * harmless: a start after a kill dispatches again from the checkpoint on.
 */
export class Checkpointer {
  readonly #needs: CheckpointerNeeds
  readonly #path: string
  readonly #rounds: Rounds
  #writtenAt: number
  #releasedAt: number
  #failing = false
  #closed = false

  constructor(needs: CheckpointerNeeds) {
    const { ioClock, directory } = needs.config
    this.#needs = needs
    this.#path = join(directory, 'checkpoint')
    this.#writtenAt = ioClock.now()
    this.#releasedAt = ioClock.now()
    this.#rounds = new Rounds({
      clock: ioClock,
      round: () => this.#round(),
      onFailure: (error) => this.#onFailure(error),
      retryAfterMs: WRITE_INTERVAL_MS,
    })
    this.#rounds.start()
  }

  /** Says that records were dispatched. */
  onDispatched(): void {
    this.#rounds.due(this.#needs.config.ioClock.now() + WRITE_INTERVAL_MS)
  }

  /** Brings everything dispatched to disk and says so in the checkpoint; false when the log cannot be flushed any more. */
  async write(): Promise<boolean> {
    const { queues, index, dispatcher, checkpoint, log, config } = this.#needs
    const { lastPhysicalOffset, lastTimestamp } = dispatcher
    const logEnd = log.writtenEnd
    await queues.write()
    await queues.datasync()
    await index?.commit()
    // What the log itself may still lose must not be called dispatched.
    if (!(await log.flushTo(logEnd))) return false
    if (lastPhysicalOffset === 0) return true
    checkpoint.logTimestamp = lastTimestamp
    checkpoint.queuesTimestamp = lastTimestamp
    checkpoint.queuesPhysicalOffset = lastPhysicalOffset
    checkpoint.indexTimestamp = index?.endTimestamp ?? checkpoint.indexTimestamp
    await writeCheckpoint(config.files, this.#path, checkpoint)
    this.#writtenAt = config.ioClock.now()
    return true
  }

  /** Runs `task` while nothing derived is written in the background. */
  async whilePaused<Result>(task: () => Promise<Result>): Promise<Result> {
    await this.#rounds.stop()
    try {
      return await task()
    } finally {
      if (!this.#closed) this.#rounds.start()
    }
  }

  /** Takes back, durably, what the checkpoint says of the log from `end` on; the next one says more again. */
  async retreat(end: number): Promise<void> {
    const { checkpoint, config } = this.#needs
    checkpoint.logTimestamp = 0
    checkpoint.queuesTimestamp = 0
    checkpoint.indexTimestamp = 0
    checkpoint.queuesPhysicalOffset = Math.min(checkpoint.queuesPhysicalOffset, end)
    await writeCheckpoint(config.files, this.#path, checkpoint)
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#rounds.close()
    await this.write()
  }

  async #round(): Promise<number> {
    const { queues, index, config } = this.#needs
    await queues.write()
    await index?.write()
    const now = config.ioClock.now()
    const isDue = now - this.#writtenAt > config.checkpointIntervalMs || this.#bytesBehind > CHECKPOINT_BYTES
    if (this.#bytesBehind > 0 && isDue && !(await this.write())) return Number.POSITIVE_INFINITY
    if (now - this.#releasedAt > RELEASE_INTERVAL_MS) {
      this.#releasedAt = now
      queues.releaseIdle()
    }
    this.#failing = false
    // Also when nothing is stored any more: a start after a kill would have it all to dispatch again.
    return this.#bytesBehind > 0 ? now + WRITE_INTERVAL_MS : Number.POSITIVE_INFINITY
  }

  /** Bytes of the log between the checkpoint and the newest record dispatched. */
  get #bytesBehind(): number {
    return this.#needs.dispatcher.lastPhysicalOffset - this.#needs.checkpoint.queuesPhysicalOffset
  }

  #onFailure(error: unknown): void {
    if (this.#failing) return
    this.#failing = true
    const reason = messageOf(error)
    this.#needs.config.logger.error({ reason }, 'consume queues could not be written; trying again')
  }
}

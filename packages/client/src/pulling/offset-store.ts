import type { MessageQueue } from '../routing/message-queue.js'

/** Keeps the offset of a consumer in each of its queues. Apache: OffsetStore. */
export interface OffsetStore {
  /**
   * The persisted offset; undefined when none was persisted in this queue. Unless `exact`, brokers answer 0 instead for
   * a queue that still has its first message, so that nothing sent before a group's first consumer is skipped.
   */
  read(queue: MessageQueue, exact: boolean): Promise<number | undefined>
  /** As last updated; 0 when nothing was consumed yet. */
  committed(queue: MessageQueue): number
  update(queue: MessageQueue, offset: number): void
  /** An offset that did not change since the last time is left out. Rejects when it could not be persisted. */
  persist(queue: MessageQueue): Promise<void>
  forget(queue: MessageQueue): void
}

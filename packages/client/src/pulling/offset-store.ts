import type { MessageQueue } from '../routing/message-queue.js'

/** Where a consumer keeps how far it is in each of its queues. Apache: OffsetStore. */
export interface OffsetStore {
  /**
   * What was persisted; undefined when nothing ever was in this queue. Brokers answer 0 instead for a queue that has
   * its first message still, so that nothing sent before a group's first consumer is skipped; not when `exact`.
   */
  read(queue: MessageQueue, exact: boolean): Promise<number | undefined>
  /** As last updated; 0 when nothing was consumed yet. */
  committed(queue: MessageQueue): number
  update(queue: MessageQueue, offset: number): void
  /** An offset that did not change since the last time is left out. Rejects when it could not be persisted. */
  persist(queue: MessageQueue): Promise<void>
  forget(queue: MessageQueue): void
}

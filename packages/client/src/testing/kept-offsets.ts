import type { OffsetStore } from '../pulling/offset-store.js'
import { type MessageQueue, queueKey } from '../routing/message-queue.js'

/** Keeps offsets like a broker, and what was persisted of them. */
export class KeptOffsets implements OffsetStore {
  readonly persisted: number[] = []
  failure: Error | undefined
  readonly #kept = new Map<string, number>()

  async read(): Promise<number> {
    return 0
  }
  committed(of: MessageQueue): number {
    return this.#kept.get(queueKey(of)) ?? 0
  }
  update(of: MessageQueue, offset: number): void {
    this.#kept.set(queueKey(of), offset)
  }
  async persist(of: MessageQueue): Promise<void> {
    if (this.failure) throw this.failure
    const offset = this.#kept.get(queueKey(of))
    if (offset !== undefined) this.persisted.push(offset)
  }
  forget(of: MessageQueue): void {
    this.#kept.delete(queueKey(of))
  }
}

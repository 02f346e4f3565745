import type { PulledMessage } from './process-queue.js'
import type { PullReader } from './pull-reader.js'

/** Who gets what is pulled: a dispatcher that calls handlers, or the messages that a pull consumer's polls give. */
export interface Recipient {
  submit(reader: PullReader, messages: readonly PulledMessage[]): void
  /** Goes on with a queue that was paused, or whose lock was in doubt. */
  resume(reader: PullReader): void
  /**
   * Drops the reader: the queue goes to another member, or begins at another offset. Resolves when that may be: nothing
   * of the queue is begun any more.
   */
  release(reader: PullReader, reason: unknown): Promise<void>
}

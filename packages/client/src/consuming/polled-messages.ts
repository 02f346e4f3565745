import type { Clock } from '@rocketeer/foundation'
import type { Message } from '../messages/received-message.js'
import type { PulledMessage } from '../pulling/process-queue.js'
import type { Recipient } from '../pulling/pull-handling.js'
import type { PullReader } from '../pulling/pull-reader.js'

/** The messages read ahead for a pull consumer's polls, and those that the last poll gave to the user. */
export class PolledMessages implements Recipient {
  readonly #readers: () => readonly PullReader[]
  #given: { reader: PullReader; pulled: PulledMessage }[] = []
  #turn = 0
  #wake: (() => void) | undefined

  constructor(readers: () => readonly PullReader[]) {
    this.#readers = readers
  }

  submit(): void {
    this.wake()
  }

  resume(): void {
    this.wake()
  }

  async release(reader: PullReader): Promise<void> {
    reader.drop()
    this.giveUp(reader)
  }

  /**
   * Gives up to `messagesMax` messages, from the queues in turn and in order within each. The messages given before
   * must be finished.
   */
  take(messagesMax: number): Message[] {
    const readers = this.#readers()
    for (let i = 0; i < readers.length && this.#given.length < messagesMax; i++) {
      const reader = readers[(this.#turn + i) % readers.length]!
      if (reader.paused || reader.dropped) continue
      for (const pulled of reader.backlog.first(messagesMax - this.#given.length))
        this.#given.push({ reader, pulled })
    }
    this.#turn++
    return this.#given.map(({ pulled }) => pulled.message)
  }

  /** The user is done with what was given. */
  finish(): void {
    for (const { reader, pulled } of this.#given) reader.finish(pulled)
    this.#given = []
  }

  /** Forgets what was given from this queue: the queue's next reader gives it again. */
  giveUp(reader: PullReader): void {
    this.#given = this.#given.filter((given) => given.reader !== reader)
  }

  /** The offset behind the last message given. */
  positionIn(reader: PullReader): number {
    const last = this.#given.findLast((given) => given.reader === reader)
    return last ? last.pulled.message.queueOffset + 1 : reader.backlog.commitOffset
  }

  wake(): void {
    this.#wake?.()
  }

  /** Resolves when something may have come, or after `waitMs`; rejects with the signal's reason. */
  async wait(clock: Clock, waitMs: number, signal: AbortSignal | undefined): Promise<void> {
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve
    })
    const wake = () => this.wake()
    const timer = clock.after(waitMs, wake)
    signal?.addEventListener('abort', wake)
    await woken
    timer.cancel()
    signal?.removeEventListener('abort', wake)
    this.#wake = undefined
    signal?.throwIfAborted()
  }
}

import type { Clock, Timer } from '@rocketeer/foundation'
import type { Message } from '../messages/received-message.js'
import type { PulledMessage } from '../pulling/process-queue.js'
import type { PullReader } from '../pulling/pull-reader.js'

/** What was read ahead of a pull consumer, and what it was given and is not done with. */
export class PolledMessages {
  readonly #readers: () => readonly PullReader[]
  #given: { reader: PullReader; held: PulledMessage }[] = []
  #turn = 0
  #wake: (() => void) | undefined

  constructor(readers: () => readonly PullReader[]) {
    this.#readers = readers
  }

  /** At most so many, from queues in turn, each queue's in order. Nothing may be given then that is not done with. */
  take(messagesMax: number): Message[] {
    const readers = this.#readers()
    for (let i = 0; i < readers.length && this.#given.length < messagesMax; i++) {
      const reader = readers[(this.#turn + i) % readers.length]!
      if (reader.paused || reader.dropped) continue
      for (const held of reader.held.first(messagesMax - this.#given.length))
        this.#given.push({ reader, held })
    }
    this.#turn++
    return this.#given.map(({ held }) => held.message)
  }

  /** What was given is done with. */
  finish(): void {
    for (const { reader, held } of this.#given) if (!reader.dropped) reader.held.finish(held)
    this.#given = []
  }

  /** What was given and belongs to this queue will be given again, by whoever has it then. */
  giveUp(reader: PullReader): void {
    this.#given = this.#given.filter((given) => given.reader !== reader)
  }

  /** The offset behind the last message given. */
  positionIn(reader: PullReader): number {
    const last = this.#given.findLast((given) => given.reader === reader)
    return last ? last.held.message.queueOffset + 1 : reader.held.commitOffset
  }

  wake(): void {
    this.#wake?.()
  }

  /** Resolves when something may have come, or after `waitMs`; rejects with the signal's reason. */
  async wait(clock: Clock, waitMs: number, signal: AbortSignal | undefined): Promise<void> {
    let timer: Timer | undefined
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve
      timer = clock.after(waitMs, resolve)
      signal?.addEventListener('abort', () => resolve(), { once: true })
    })
    await woken
    timer?.cancel()
    this.#wake = undefined
    signal?.throwIfAborted()
  }
}

import { assert } from '@rocketeer/foundation'
import type { Message } from '../messages/received-message.js'

/** A pulled message until its handler is through. */
export interface PulledMessage {
  message: Message
  /** Set while a handler has it and may keep it; milliseconds of the client's clock. */
  startedAt: number | undefined
  done: boolean
}

export interface ProcessQueueLimits {
  messagesMax: number
  bytesMax: number
  spanMax: number
}

const COMPACT_AT = 1024

/**
 * What is held of one queue, in the order of its offsets: from the lowest unfinished message up to the last pulled.
 * Nothing above an unfinished message is ever committed. Apache: ProcessQueue.
 */
export class ProcessQueue {
  readonly #limits: ProcessQueueLimits
  /** Finished ones stay until all before them are finished too. */
  #held: PulledMessage[] = []
  #head = 0
  #messages = 0
  #bytes = 0
  /** Where the queue goes on when nothing is held. */
  #nextOffset: number
  #wakeReader: (() => void) | undefined

  constructor(startOffset: number, limits: ProcessQueueLimits) {
    this.#nextOffset = startOffset
    this.#limits = limits
  }

  /** Messages not finished. */
  get messages(): number {
    return this.#messages
  }

  /** Bytes of their bodies as they travelled. */
  get bytes(): number {
    return this.#bytes
  }

  /** The lowest offset that is not finished: what may be committed. */
  get commitOffset(): number {
    return this.#held[this.#head]?.message.queueOffset ?? this.#nextOffset
  }

  get hasRoom(): boolean {
    if (this.#messages >= this.#limits.messagesMax || this.#bytes >= this.#limits.bytesMax) return false
    return this.#nextOffset - this.commitOffset <= this.#limits.spanMax
  }

  /** Takes what a pull brought; `nextOffset` is where the next pull goes on. */
  add(messages: readonly Message[], nextOffset: number): PulledMessage[] {
    const added = messages.map((message): PulledMessage => ({ message, startedAt: undefined, done: false }))
    for (const { message } of added) {
      this.#messages++
      this.#bytes += message.storedBodyBytes
    }
    this.#held.push(...added)
    this.#nextOffset = nextOffset
    return added
  }

  finish(held: PulledMessage): void {
    assert(!held.done, 'a message is finished once')
    held.done = true
    this.#messages--
    this.#bytes -= held.message.storedBodyBytes
    while (this.#held[this.#head]?.done) this.#head++
    if (this.#head >= COMPACT_AT && this.#head * 2 >= this.#held.length) {
      this.#held = this.#held.slice(this.#head)
      this.#head = 0
    }
    if (this.hasRoom) this.wakeReader()
  }

  /** Resolves when there is room for another pull, or when the reader is woken to see that it should stop. */
  waitForRoom(): Promise<void> {
    if (this.hasRoom) return Promise.resolve()
    return new Promise((resolve) => {
      this.#wakeReader = resolve
    })
  }

  wakeReader(): void {
    this.#wakeReader?.()
    this.#wakeReader = undefined
  }

  /** The next unfinished ones in order, at most so many. */
  first(count: number): PulledMessage[] {
    const first: PulledMessage[] = []
    for (let i = this.#head; i < this.#held.length && first.length < count; i++) {
      const held = this.#held[i]!
      if (!held.done) first.push(held)
    }
    return first
  }
}

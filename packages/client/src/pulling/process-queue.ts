import { assert } from '@rocketeer/foundation'
import type { Message } from '../messages/received-message.js'

/** A pulled message until its handler has ended. */
export interface PulledMessage {
  message: Message
  /** Set while a handler has it and may keep it; milliseconds of the client's clock. */
  startedAt: number | undefined
  done: boolean
}

interface ProcessQueueLimits {
  messagesMax: number
  bytesMax: number
  spanMax: number
}

const COMPACT_AT = 1024

/**
 * The backlog of one queue, in the order of its offsets: from the lowest unfinished message up to the last pulled.
 * Nothing above an unfinished message is ever committed. Apache: ProcessQueue.
 */
export class ProcessQueue {
  readonly #limits: ProcessQueueLimits
  /** Finished messages stay until all before them are finished, too. */
  #pulled: PulledMessage[] = []
  #head = 0
  #messages = 0
  #bytes = 0
  #finishedUntil: number | undefined
  /** Where the next pull goes on. */
  #nextOffset: number

  constructor(startOffset: number, limits: ProcessQueueLimits) {
    this.#nextOffset = startOffset
    this.#limits = limits
  }

  /** Messages not finished. */
  get messages(): number {
    return this.#messages
  }

  /** Bytes of their bodies as stored. */
  get bytes(): number {
    return this.#bytes
  }

  /** The lowest offset that is not finished: what may be committed. */
  get commitOffset(): number {
    return this.#pulled[this.#head]?.message.queueOffset ?? this.#nextOffset
  }

  /**
   * Store timestamp of the last message before `commitOffset`, by the broker's clock in milliseconds since the epoch; of
   * the message there when none is finished, undefined when there was none.
   */
  get finishedUntil(): number | undefined {
    return this.#finishedUntil ?? this.#pulled[this.#head]?.message.storeTimestamp
  }

  /** False at or above one of the limits: then no more is pulled. */
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
    this.#pulled.push(...added)
    this.#nextOffset = nextOffset
    return added
  }

  finish(pulled: PulledMessage): void {
    assert(!pulled.done, 'a message is finished once')
    pulled.done = true
    this.#messages--
    this.#bytes -= pulled.message.storedBodyBytes
    for (let first = this.#pulled[this.#head]; first?.done; first = this.#pulled[this.#head]) {
      this.#finishedUntil = first.message.storeTimestamp
      this.#head++
    }
    if (this.#head >= COMPACT_AT && this.#head * 2 >= this.#pulled.length) {
      this.#pulled = this.#pulled.slice(this.#head)
      this.#head = 0
    }
  }

  /** The first unfinished messages in order, `count` at most. */
  first(count: number): PulledMessage[] {
    const first: PulledMessage[] = []
    for (let i = this.#head; i < this.#pulled.length && first.length < count; i++) {
      const pulled = this.#pulled[i]!
      if (!pulled.done) first.push(pulled)
    }
    return first
  }
}

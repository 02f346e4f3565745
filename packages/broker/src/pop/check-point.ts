import type { PopCheckPoint } from '@rocketeer/protocol/bodies'

/** A check point has one bit of a Java int for each message. Apache: PopMessageProcessor refuses more. */
export const MESSAGES_PER_POP_MAX = 32

/** What identifies a check point; every receipt handle holds it. */
export interface CheckPointId {
  /** The topic that was read: the one asked for, or the group's retry topic. */
  readonly topic: string
  readonly group: string
  readonly queueId: number
  /** Queue offset of the first message. */
  readonly startOffset: number
  /** Milliseconds since the epoch, by the broker's clock. */
  readonly popTime: number
}

/** A check point before it is stored. */
export interface CheckPointDraft extends CheckPointId {
  /** Milliseconds from the pop until its messages come back. */
  readonly invisibleTime: number
  /** Queue offsets of its messages, ascending. */
  readonly offsets: readonly number[]
  /** The messages come back without counting as consumed once more. */
  readonly suspend: boolean
  /** The failed attempts at its one message, as the consumer that gave it back noted them. */
  readonly failureHistory?: string | undefined
}

/**
 * The messages that one pop took from one queue; each is invisible until it is acknowledged or the check point is due.
 * Apache: PopCheckPoint.
 */
export class CheckPoint {
  readonly id: CheckPointId
  readonly invisibleTime: number
  readonly suspend: boolean
  /** Whether its own record has a failure history, which is too long to keep in memory. */
  readonly hasFailureHistory: boolean
  readonly reviveQueueId: number
  /** Queue offset of its own record in the revive queue. */
  readonly reviveOffset: number
  /** When its messages come back; later than `popTime + invisibleTime` after a failed attempt. */
  dueAt: number
  /** Offsets of its messages relative to the first. */
  readonly #differences: readonly number[]
  /** One bit per message: it is being acknowledged or brought back, or that is stored. */
  #claimed = 0
  /** One bit per message: its acknowledgement is stored, which is also how the log notes that it came back. */
  #finished = 0

  constructor(draft: CheckPointDraft, place: { reviveQueueId: number; reviveOffset: number }) {
    const { topic, group, queueId, startOffset, popTime } = draft
    this.id = { topic, group, queueId, startOffset, popTime }
    this.invisibleTime = draft.invisibleTime
    this.#differences = differencesOf(draft)
    this.suspend = draft.suspend
    this.hasFailureHistory = draft.failureHistory !== undefined
    this.reviveQueueId = place.reviveQueueId
    this.reviveOffset = place.reviveOffset
    this.dueAt = popTime + draft.invisibleTime
  }

  has(offset: number): boolean {
    return this.#differences.includes(offset - this.id.startOffset)
  }

  /** Whether a message may still be acknowledged, and comes back if it is not. */
  isOpen(offset: number): boolean {
    return (this.#claimed & this.#bit(offset)) === 0
  }

  /** While a message is claimed it neither comes back nor can be acknowledged a second time. */
  claim(offset: number): void {
    this.#claimed |= this.#bit(offset)
  }

  /** Opens a claimed message again: its acknowledgement or its copy could not be stored. */
  release(offset: number): void {
    this.#claimed &= ~this.#bit(offset)
  }

  /** Called once the message's acknowledgement is stored. True when all messages are finished. */
  finish(offset: number): boolean {
    this.#claimed |= this.#bit(offset)
    this.#finished |= this.#bit(offset)
    return this.#differences.every((_, index) => (this.#finished & (1 << index)) !== 0)
  }

  /** Queue offsets of the messages that are open. */
  get open(): number[] {
    const offsets = this.#differences.map((difference) => this.id.startOffset + difference)
    return offsets.filter((offset) => this.isOpen(offset))
  }

  #bit(offset: number): number {
    return 1 << this.#differences.indexOf(offset - this.id.startOffset)
  }
}

/** Differences of messages in a row. Most pops take such, and their check points, of which there may be many, share them. */
const IN_A_ROW: readonly (readonly number[])[] = Array.from(
  { length: MESSAGES_PER_POP_MAX + 1 },
  (_, count) => Array.from({ length: count }, (_none, index) => index),
)

function differencesOf({ startOffset, offsets }: CheckPointDraft): readonly number[] {
  const inARow = offsets.every((offset, index) => offset === startOffset + index)
  return inARow ? IN_A_ROW[offsets.length]! : offsets.map((offset) => offset - startOffset)
}

export function keyOf({ topic, group, queueId, startOffset, popTime }: CheckPointId): string {
  return `${topic}@${group}@${queueId}@${startOffset}@${popTime}`
}

/** The check point as the revive topic holds it. */
export function storedCheckPoint(draft: CheckPointDraft, brokerName: string): PopCheckPoint {
  return {
    so: draft.startOffset,
    pt: draft.popTime,
    it: draft.invisibleTime,
    bm: 0,
    n: draft.offsets.length,
    q: draft.queueId,
    t: draft.topic,
    c: draft.group,
    ro: 0,
    d: draft.offsets.map((offset) => offset - draft.startOffset),
    bn: brokerName,
    sp: draft.suspend,
    fh: draft.failureHistory,
  }
}

/**
 * `undefined` for a stored check point without messages, or with more than it has bits for. Those of older brokers have a
 * number of messages in a row instead of differences.
 */
export function draftOf(stored: PopCheckPoint): CheckPointDraft | undefined {
  const differences = stored.d.length > 0 ? stored.d : Array.from({ length: stored.n }, (_, index) => index)
  if (differences.length === 0 || differences.length > MESSAGES_PER_POP_MAX) return undefined
  return {
    topic: stored.t,
    group: stored.c,
    queueId: stored.q,
    startOffset: stored.so,
    popTime: stored.pt,
    invisibleTime: stored.it,
    offsets: differences.map((difference) => stored.so + difference),
    suspend: stored.sp,
    failureHistory: stored.fh,
  }
}

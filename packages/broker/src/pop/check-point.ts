import type { PopCheckPoint } from '@rocketeer/protocol/bodies'

/** Bits of a check point are an int. Apache: PopMessageProcessor refuses more. */
export const MESSAGES_PER_POP_MAX = 32

/** What identifies a check point; every handle holds it. */
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

export interface CheckPointDraft extends CheckPointId {
  readonly invisibleTime: number
  /** Queue offsets of its messages, ascending. */
  readonly offsets: readonly number[]
  /** The messages come back without counting as consumed once more. */
  readonly suspend: boolean
}

/** Messages of one queue that one pop took and that are invisible until acknowledged or due. Apache: PopCheckPoint. */
export class CheckPoint {
  readonly id: CheckPointId
  readonly invisibleTime: number
  readonly suspend: boolean
  readonly reviveQueueId: number
  /** Queue offset of its own record in the revive queue. */
  readonly reviveOffset: number
  /** When its messages come back; later than `popTime + invisibleTime` after a failed attempt. */
  dueAt: number
  /** Offsets of its messages relative to the first. */
  readonly #differences: readonly number[]
  /** Bits of messages that are acknowledged or on their way back, stored or not. */
  #claimed = 0
  /** Bits of messages of which the log knows it. */
  #finished = 0

  constructor(draft: CheckPointDraft, place: { reviveQueueId: number; reviveOffset: number }) {
    const { topic, group, queueId, startOffset, popTime } = draft
    this.id = { topic, group, queueId, startOffset, popTime }
    this.invisibleTime = draft.invisibleTime
    this.#differences = differencesOf(draft)
    this.suspend = draft.suspend
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

  /** From now on the message neither comes back nor can be acknowledged a second time. */
  claim(offset: number): void {
    this.#claimed |= this.#bit(offset)
  }

  /** Opens a message again whose acknowledgement or return could not be stored. */
  release(offset: number): void {
    this.#claimed &= ~this.#bit(offset)
  }

  /** The log knows that the message is acknowledged or has come back. True when it was the last one. */
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

/** Most pops take messages in a row: their check points, of which there may be very many, share these. */
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

/** As the revive topic has it. */
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
  }
}

/** `undefined` for one that holds no message, or more than its bits. Older ones have a number instead of differences. */
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
  }
}

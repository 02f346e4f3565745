import type { Logger } from '@rocketeer/foundation'
import { RECORD_BYTES_MIN } from '@rocketeer/protocol/record'
import type { ConsumeQueue } from '../consume-queue/consume-queue.js'
import type { ConsumeQueues } from '../consume-queue/consume-queues.js'
import { ENTRY_BYTES } from '../consume-queue/entry.js'
import type { DispatchFacts } from './facts.js'

/** A record that was entered with an offset higher than expected: the next one tells what is true of it. */
interface Jump {
  readonly facts: DispatchFacts
  /** The offset that was next; undefined for the first record of a queue. */
  readonly expected: number | undefined
}

/**
 * Where records found in the log go that do not follow the last one of their queue. No sum covers a queue offset, so
 * a record may say any; what its neighbours say tells a damaged one from records that are lost before it, and from a topic
 * that was deleted and made again by another broker, whose queues begin again. Two records that follow each other are
 * right, one alone may be damaged: that is left out, and its offset stays empty.
 */
export class QueueOrder {
  readonly #queues: ConsumeQueues
  readonly #logger: Logger
  readonly #jumps = new Map<ConsumeQueue, Jump>()
  /** Records with offsets that their queues have passed: not entered unless the next ones follow them. */
  readonly #held = new Map<ConsumeQueue, DispatchFacts>()

  constructor(queues: ConsumeQueues, logger: Logger) {
    this.#queues = queues
    this.#logger = logger
  }

  /** Whether a record waits for what comes after it. */
  get isInDoubt(): boolean {
    return this.#held.size > 0
  }

  /** Makes the queue go on at the offset of the record; false when it has the record already, or shall not have it. */
  prepare(queue: ConsumeQueue, facts: DispatchFacts): boolean {
    this.#decide(queue, facts)
    if (facts.queueOffset === queue.maxOffset) return true
    // No file could be named for it.
    if (facts.queueOffset < 0 || !Number.isSafeInteger(facts.queueOffset * ENTRY_BYTES))
      return this.#leaveOut(facts)
    if (queue.maxOffset === queue.minOffset && queue.files.fileCount === 0) return this.#begin(queue, facts)
    return facts.queueOffset > queue.maxOffset ? this.#goForward(queue, facts) : this.#goBack(queue, facts)
  }

  /** Says that no record follows for now: what is in doubt is decided by what is known. */
  settle(): void {
    if (this.#held.size === 0 && this.#jumps.size === 0) return
    for (const [queue, held] of this.#held) {
      // A queue begins again at 0, unless something has followed its last record since.
      if (held.queueOffset === 0 && isNewest(held, queue)) this.#beginAgain(queue, held)
      else this.#leaveOut(held)
    }
    this.#held.clear()
    this.#jumps.clear()
  }

  /** A queue without any entry begins where its first record says. */
  #begin(queue: ConsumeQueue, facts: DispatchFacts): true {
    if (facts.queueOffset < queue.maxOffset) queue.cut(facts.queueOffset, facts.physicalOffset)
    queue.startAt(facts.queueOffset)
    this.#jumps.set(queue, { facts, expected: undefined })
    return true
  }

  #goForward(queue: ConsumeQueue, facts: DispatchFacts): boolean {
    const { topic, queueId, queueOffset, physicalOffset } = facts
    const missing = queueOffset - queue.maxOffset
    const room = (physicalOffset - queue.maxPhysicalOffset) / RECORD_BYTES_MIN
    // A topic that was made again begins its queues with a file of theirs (see `TopicEnds`).
    if (missing > Math.max(room, queue.files.fileEntries)) return this.#leaveOut(facts)
    this.#logger.error(
      { topic, queueId, queueOffset, missing },
      'records of this queue are lost; their offsets stay empty',
    )
    this.#jumps.set(queue, { facts, expected: queue.maxOffset })
    queue.appendBlanks(queueOffset, physicalOffset)
    return true
  }

  #goBack(queue: ConsumeQueue, facts: DispatchFacts): boolean {
    const { queueOffset, physicalOffset } = facts
    if (physicalOffset < queue.maxPhysicalOffset) return false
    const jump = this.#jumps.get(queue)
    // Nothing has followed the record that went ahead, and this one follows what was there before.
    if (jump && queue.maxOffset === jump.facts.queueOffset + 1 && follows(queueOffset, jump)) {
      this.#jumps.delete(queue)
      this.#leaveOut(jump.facts)
      queue.cut(jump.expected ?? queueOffset, physicalOffset)
      if (jump.expected === undefined) queue.startAt(queueOffset)
      else queue.appendBlanks(queueOffset, physicalOffset)
      return true
    }
    this.#held.set(queue, facts)
    return false
  }

  /** Two records that follow each other are right: the queue begins again with the held one. */
  #decide(queue: ConsumeQueue, { queueOffset }: DispatchFacts): void {
    const held = this.#held.get(queue)
    if (!held) return
    this.#held.delete(queue)
    const followsHeld = queueOffset === held.queueOffset + 1 && isNewest(held, queue)
    // One that follows the last record as well is taken for that, unless the held one is the first of a queue.
    const followsLast = queueOffset === queue.maxOffset && held.queueOffset > 0
    if (followsHeld && !followsLast) this.#beginAgain(queue, held)
    else this.#leaveOut(held)
  }

  #beginAgain(queue: ConsumeQueue, held: DispatchFacts): void {
    const { queueOffset, physicalOffset, recordBytes, tagsCode } = held
    queue.cut(queueOffset, physicalOffset)
    queue.append(physicalOffset, recordBytes, tagsCode)
    queue.nextOffset = queue.maxOffset
    this.#queues.touched(queue)
  }

  #leaveOut({ topic, queueId, queueOffset, physicalOffset }: DispatchFacts): false {
    this.#logger.error(
      { topic, queueId, queueOffset, physicalOffset },
      'a record in the commit log does not fit into its queue; it is left out',
    )
    return false
  }
}

/** Whether the offset is the one that was expected, or the one behind it, because the damaged record had that. */
function follows(queueOffset: number, { facts, expected }: Jump): boolean {
  if (expected === undefined) return queueOffset < facts.queueOffset
  return queueOffset === expected || queueOffset === expected + 1
}

/** Whether nothing was entered into the queue since. */
function isNewest({ physicalOffset }: DispatchFacts, queue: ConsumeQueue): boolean {
  return queue.maxPhysicalOffset <= physicalOffset
}

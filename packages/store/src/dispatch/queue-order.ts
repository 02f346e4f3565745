import type { Logger } from '@rocketeer/foundation'
import { RECORD_BYTES_MIN } from '@rocketeer/protocol/record'
import type { ConsumeQueue } from '../consume-queue/consume-queue.js'
import type { ConsumeQueues } from '../consume-queue/consume-queues.js'
import { ENTRY_BYTES } from '../consume-queue/entry.js'
import type { DispatchFacts } from './facts.js'

/** A record that does not follow the last one of its queue: the next one tells what is true of it. */
interface Doubt {
  readonly facts: DispatchFacts
  /** The offset that was next; undefined for the first record of a queue. */
  readonly expected: number | undefined
}

/**
 * Where records found in the log go that do not follow the last one of their queue. No sum covers a queue offset, so
 * a record may say any; what its neighbours say tells a damaged one from records that are lost before it, and from a topic
 * that was deleted and made again by another broker, whose queues begin at 0 again. A damaged one is left out, and its
 * offset stays empty.
 */
export class QueueOrder {
  readonly #queues: ConsumeQueues
  readonly #logger: Logger
  /** Entered, with an offset that is higher than expected. */
  readonly #ahead = new Map<ConsumeQueue, Doubt>()
  /** With the offset 0, and not entered. */
  readonly #again = new Map<ConsumeQueue, Doubt>()

  constructor(queues: ConsumeQueues, logger: Logger) {
    this.#queues = queues
    this.#logger = logger
  }

  /** Whether a record waits for what comes after it. */
  get isInDoubt(): boolean {
    return this.#again.size > 0
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

  /** Says that no record follows for now: what is in doubt is taken as it is. */
  settle(): void {
    if (this.#again.size === 0 && this.#ahead.size === 0) return
    for (const [queue, doubt] of this.#again) {
      // A record that came later went on behind the last one: so this one is none of a queue that begins again.
      if (queue.maxPhysicalOffset > doubt.facts.physicalOffset) this.#leaveOut(doubt.facts)
      else this.#beginAgain(queue, doubt.facts)
    }
    this.#again.clear()
    this.#ahead.clear()
  }

  /** A queue without any entry begins where its first record says. */
  #begin(queue: ConsumeQueue, facts: DispatchFacts): true {
    if (facts.queueOffset < queue.maxOffset) queue.cut(facts.queueOffset, facts.physicalOffset)
    queue.startAt(facts.queueOffset)
    this.#ahead.set(queue, { facts, expected: undefined })
    return true
  }

  #goForward(queue: ConsumeQueue, facts: DispatchFacts): boolean {
    const { topic, queueId, queueOffset, physicalOffset } = facts
    const missing = queueOffset - queue.maxOffset
    if (missing > (physicalOffset - queue.maxPhysicalOffset) / RECORD_BYTES_MIN) return this.#leaveOut(facts)
    this.#logger.error(
      { topic, queueId, queueOffset, missing },
      'records of this queue are lost; their offsets stay empty',
    )
    this.#ahead.set(queue, { facts, expected: queue.maxOffset })
    queue.appendBlanks(queueOffset, physicalOffset)
    return true
  }

  #goBack(queue: ConsumeQueue, facts: DispatchFacts): boolean {
    const { queueOffset, physicalOffset } = facts
    if (physicalOffset < queue.maxPhysicalOffset) return false
    const ahead = this.#ahead.get(queue)
    // Nothing has followed the record that went ahead, and this one follows what was there before.
    if (ahead && queue.maxOffset === ahead.facts.queueOffset + 1 && follows(queueOffset, ahead)) {
      this.#ahead.delete(queue)
      this.#leaveOut(ahead.facts)
      queue.cut(ahead.expected ?? queueOffset, physicalOffset)
      if (ahead.expected === undefined) queue.startAt(queueOffset)
      else queue.appendBlanks(queueOffset, physicalOffset)
      return true
    }
    if (queueOffset !== 0) return this.#leaveOut(facts)
    this.#again.set(queue, { facts, expected: queue.maxOffset })
    return false
  }

  /** The queue begins again when 1 follows 0. */
  #decide(queue: ConsumeQueue, { queueOffset }: DispatchFacts): void {
    const again = this.#again.get(queue)
    if (!again) return
    this.#again.delete(queue)
    const begins = queueOffset === 1 && queue.maxPhysicalOffset <= again.facts.physicalOffset
    if (begins) this.#beginAgain(queue, again.facts)
    else this.#leaveOut(again.facts)
  }

  #beginAgain(queue: ConsumeQueue, { physicalOffset, recordBytes, tagsCode }: DispatchFacts): void {
    queue.cut(0, physicalOffset)
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
function follows(queueOffset: number, { facts, expected }: Doubt): boolean {
  if (expected === undefined) return queueOffset < facts.queueOffset
  return queueOffset === expected || queueOffset === expected + 1
}

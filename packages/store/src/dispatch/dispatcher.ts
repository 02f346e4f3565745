import { assert, type Logger } from '@rocketeer/foundation'
import type { ConsumeQueue } from '../consume-queue/consume-queue.js'
import type { ConsumeQueues } from '../consume-queue/consume-queues.js'
import type { IndexFiles } from '../index-file/index-files.js'
import { type DispatchFacts, isIndexed, isQueued } from './facts.js'

interface DispatcherNeeds {
  readonly queues: ConsumeQueues
  /** Undefined when there is no index. */
  readonly index: IndexFiles | undefined
  readonly logger: Logger
}

/**
 * The one way into consume queues and index, for records that were just committed and for those found in the log.
 * Records come in the order of the log; one that is already entered changes nothing.
 */
export class Dispatcher {
  readonly #needs: DispatcherNeeds
  #lastPhysicalOffset = 0
  #lastTimestamp = 0

  constructor(needs: DispatcherNeeds) {
    this.#needs = needs
  }

  /** Physical offset of the newest record that was dispatched; 0 before the first. */
  get lastPhysicalOffset(): number {
    return this.#lastPhysicalOffset
  }

  /** Store timestamp of that record. */
  get lastTimestamp(): number {
    return this.#lastTimestamp
  }

  dispatch(facts: DispatchFacts): void {
    assert(facts.physicalOffset >= this.#lastPhysicalOffset, 'records are dispatched in the order of the log')
    if (isQueued(facts.sysFlag)) this.#enterQueue(facts)
    if (facts.keys || facts.uniqueKey) this.#enterIndex(facts)
    this.#lastPhysicalOffset = facts.physicalOffset
    this.#lastTimestamp = facts.storeTimestamp
  }

  /** Says that the log was cut at `end`: the next record stands there. */
  retreat(end: number): void {
    if (this.#lastPhysicalOffset < end) return
    this.#lastPhysicalOffset = end
    this.#lastTimestamp = 0
  }

  #enterQueue(facts: DispatchFacts): void {
    const { queues } = this.#needs
    if (facts.queue === undefined && queues.isOfDeleted(facts)) return
    const queue = facts.queue ?? queues.findOrCreate(facts.topic, facts.queueId)
    if (facts.queueOffset !== queue.maxOffset && !this.#prepareQueue(queue, facts)) return
    queue.append(facts.physicalOffset, facts.recordBytes, facts.tagsCode)
    if (queue.nextOffset < queue.maxOffset) queue.nextOffset = queue.maxOffset
    queues.touched(queue)
  }

  /** Lets the queue go on at the offset of a record that does not follow its last one; false when it has the record. */
  #prepareQueue(queue: ConsumeQueue, facts: DispatchFacts): boolean {
    assert(facts.queue === undefined, 'an append gets the offset its queue goes on with')
    const { topic, queueId, queueOffset, physicalOffset } = facts
    if (queueOffset < queue.maxOffset) {
      if (physicalOffset < queue.maxPhysicalOffset) return false
      // The topic was deleted and made again by another broker: the newer records count.
      queue.cut(queueOffset, physicalOffset)
    }
    if (queue.maxOffset === queue.minOffset && queue.files.fileCount === 0) queue.startAt(queueOffset)
    if (queueOffset > queue.maxOffset) {
      const missing = queueOffset - queue.maxOffset
      this.#needs.logger.error(
        { topic, queueId, queueOffset, missing },
        'records of this queue are lost; their offsets stay empty',
      )
      queue.appendBlanks(queueOffset, physicalOffset)
    }
    return true
  }

  #enterIndex(facts: DispatchFacts): void {
    const { index } = this.#needs
    if (!index || !isIndexed(facts.sysFlag) || facts.physicalOffset < index.endPhysicalOffset) return
    index.put(facts)
  }
}

import { assert, type Logger } from '@rocketeer/foundation'
import type { ConsumeQueues } from '../consume-queue/consume-queues.js'
import type { IndexFiles } from '../index-file/index-files.js'
import { type DispatchFacts, isIndexed, isQueued } from './facts.js'
import { QueueOrder } from './queue-order.js'

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
  readonly #order: QueueOrder
  #lastPhysicalOffset = 0
  #lastTimestamp = 0

  constructor(needs: DispatcherNeeds) {
    this.#needs = needs
    this.#order = new QueueOrder(needs.queues, needs.logger)
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

  /** Says that nothing more follows for now; what was dispatched is in its queues. */
  settle(): void {
    this.#order.settle()
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
    const follows = facts.queueOffset === queue.maxOffset
    assert(follows || facts.queue === undefined, 'an append gets the offset its queue goes on with')
    if ((!follows || this.#order.isInDoubt) && !this.#order.prepare(queue, facts)) return
    queue.append(facts.physicalOffset, facts.recordBytes, facts.tagsCode)
    if (queue.nextOffset < queue.maxOffset) queue.nextOffset = queue.maxOffset
    queues.touched(queue)
  }

  #enterIndex(facts: DispatchFacts): void {
    const { index } = this.#needs
    if (!index || !isIndexed(facts.sysFlag) || facts.physicalOffset < index.endPhysicalOffset) return
    index.put(facts)
  }
}

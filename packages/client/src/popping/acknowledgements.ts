import { type Clock, isRocketeerError, sleep } from '@rocketeer/foundation'
import { encodeReceiptHandle, markedTopic, ResponseCode } from '@rocketeer/protocol'
import {
  ackMessage,
  type BatchAck,
  BatchAckMessageRequestBody,
  batchAckMessage,
} from '@rocketeer/protocol/commands'
import { answerOf } from '../answers.js'
import type { Problems } from '../problems.js'
import type { Brokers } from '../routing/brokers.js'
import type { Popped } from './popped.js'

/** The most messages in one request. */
const MESSAGES_PER_REQUEST_MAX = 512
/**
 * A batch has a bit for each offset from its first one on. A message further away (a filter passed over many) goes
 * alone.
 */
const BITS_MAX = 4_096
const RETRY_MS = 1_000

interface AcknowledgementsNeeds {
  group: string
  brokers: Brokers
  clock: Clock
  /** Called once for each message, when the broker has stored its acknowledgement (true) or it is given up (false). */
  onOutcome: (popped: Popped, acknowledged: boolean) => void
  problems: Problems
}

/**
 * Acknowledges popped messages: one request at a time to each broker, with everything that was finished meanwhile. A
 * broker stores and answers a batch at the cost of one message. A request that failed is made again as long as the
 * messages are invisible to others.
 */
export class Acknowledgements {
  readonly #needs: AcknowledgementsNeeds
  readonly #waiting = new Map<string, Popped[]>()
  readonly #sending = new Map<string, Promise<void>>()
  /** Brokers before 5.1 take one at a time. */
  readonly #single = new Set<string>()
  readonly #stop = new AbortController()

  constructor(needs: AcknowledgementsNeeds) {
    this.#needs = needs
  }

  add(popped: Popped): void {
    const { brokerName } = popped.handle
    const waiting = this.#waiting.get(brokerName)
    if (waiting) waiting.push(popped)
    else this.#waiting.set(brokerName, [popped])
    if (this.#sending.has(brokerName)) return
    this.#sending.set(brokerName, this.#sendAll(brokerName))
  }

  /** Makes a last attempt at what waits. Resolves when every acknowledgement is stored or given up. */
  async close(): Promise<void> {
    this.#stop.abort()
    await Promise.all(this.#sending.values())
  }

  async #sendAll(brokerName: string): Promise<void> {
    // Handlers that end in this turn share a request.
    await new Promise((resolve) => setImmediate(resolve))
    for (let waiting = this.#take(brokerName); waiting.length > 0; waiting = this.#take(brokerName)) {
      const failed = await this.#send(brokerName, waiting)
      if (failed.length === 0) continue
      this.#waiting.set(brokerName, [...failed, ...(this.#waiting.get(brokerName) ?? [])])
      await sleep(this.#needs.clock, RETRY_MS, this.#stop.signal).catch(() => undefined)
    }
    // In the same turn as the last `#take`: a message added later begins a new loop.
    this.#sending.delete(brokerName)
  }

  #take(brokerName: string): Popped[] {
    const waiting = this.#waiting.get(brokerName) ?? []
    if (waiting.length <= MESSAGES_PER_REQUEST_MAX) this.#waiting.delete(brokerName)
    return waiting.splice(0, MESSAGES_PER_REQUEST_MAX)
  }

  /** Returns the messages to try again. */
  async #send(brokerName: string, messages: readonly Popped[]): Promise<Popped[]> {
    const batch: Popped[] = []
    const alone: Popped[] = []
    const batching = messages.length > 1 && !this.#single.has(brokerName)
    for (const popped of messages) (batching && fitsBatch(popped) ? batch : alone).push(popped)
    const sent = await Promise.all(alone.map((popped) => this.#sendOne(popped)))
    const failed = alone.filter((_, index) => !sent[index])
    return batch.length === 0 ? failed : [...failed, ...(await this.#sendBatch(brokerName, batch))]
  }

  async #sendBatch(brokerName: string, messages: readonly Popped[]): Promise<Popped[]> {
    const { group, brokers } = this.#needs
    const body = BatchAckMessageRequestBody.encode({ brokerName, acks: batchesOf(messages, group) })
    try {
      await brokers.call(brokerName, batchAckMessage, {}, { body })
      for (const popped of messages) this.#needs.onOutcome(popped, true)
      return []
    } catch (error) {
      if (answerOf(error) !== ResponseCode.REQUEST_CODE_NOT_SUPPORTED) return this.#failed(messages, error)
      this.#single.add(brokerName)
      return this.#send(brokerName, messages)
    }
  }

  async #sendOne(popped: Popped): Promise<boolean> {
    const { group, brokers } = this.#needs
    const { handle, source } = popped
    const { brokerName, queueId, queueOffset } = handle
    try {
      await brokers.call(brokerName, ackMessage, {
        consumerGroup: group,
        topic: markedTopic(source.queue.topic, group, handle.retry),
        queueId,
        extraInfo: encodeReceiptHandle(handle),
        offset: queueOffset,
        bname: brokerName,
      })
      this.#needs.onOutcome(popped, true)
      return true
    } catch (error) {
      return this.#failed([popped], error).length === 0
    }
  }

  /**
   * Returns the messages to try again: none of a broker that refused, which would refuse again; of one that cannot be
   * reached, those that are still invisible to others.
   */
  #failed(messages: readonly Popped[], error: unknown): Popped[] {
    this.#needs.problems.report(error)
    const final = this.#stop.signal.aborted || isRocketeerError(error, 'BROKER_REFUSED')
    const now = this.#needs.clock.now()
    const again: Popped[] = []
    for (const popped of messages) {
      if (!final && now < popped.dueAt) again.push(popped)
      else this.#needs.onOutcome(popped, false)
    }
    return again
  }
}

function fitsBatch({ handle }: Popped): boolean {
  const bit = handle.queueOffset - handle.startOffset
  return bit >= 0 && bit < BITS_MAX
}

/** Groups the messages by pop check point, which is of one pop of one queue. */
function batchesOf(messages: readonly Popped[], group: string): BatchAck[] {
  const batches = new Map<string, { first: Popped; bits: number[] }>()
  for (const popped of messages) {
    const { startOffset, popTime, invisibleTime, reviveQueueId, retry, queueId, queueOffset } = popped.handle
    const key = `${popped.source.queue.topic} ${retry} ${queueId} ${startOffset} ${popTime} ${invisibleTime} ${reviveQueueId}`
    const batch = batches.get(key)
    if (batch) batch.bits.push(queueOffset - startOffset)
    else batches.set(key, { first: popped, bits: [queueOffset - startOffset] })
  }
  return [...batches.values()].map(({ first: { source, handle }, bits }) => ({
    c: group,
    t: source.queue.topic,
    r: handle.retry,
    so: handle.startOffset,
    q: handle.queueId,
    rq: handle.reviveQueueId,
    pt: handle.popTime,
    it: handle.invisibleTime,
    b: bitSetOf(bits).toString('base64'),
  }))
}

/** As Java's BitSet.toByteArray: lowest bit first, no zero bytes at the end. */
function bitSetOf(bits: readonly number[]): Buffer {
  const bytes = Buffer.alloc((Math.max(...bits) >> 3) + 1)
  for (const bit of bits) bytes[bit >> 3]! |= 1 << (bit & 7)
  return bytes
}

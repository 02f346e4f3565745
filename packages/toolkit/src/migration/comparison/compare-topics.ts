import type { Message } from '@rocketeer/client'
import { parseOptions } from '@rocketeer/foundation'
import { type Clusters, checkTwoClusters, inCluster } from '../clusters/clusters.js'
import { type CompareConfig, type CompareOptions, compareSchema } from './compare-options.js'
import { contentOf, differencesBetween, hashOf, identityOf } from './message-identity.js'
import { MessageTable } from './message-table.js'
import { type CopyAt, Differences, type TopicComparison } from './topic-comparison.js'
import { messagesIn, QueueNumbers, type QueueRange, rangesOf, readRanges } from './topic-range.js'

/** Marks of a copy in the new cluster. */
const FOUND = 2
const IN_TIME = 4

/**
 * Compares what both clusters have of a topic. Every message stored in the time asked for has to be in the other cluster,
 * at any time from `graceMs` before that on, so that copies made later count. Rejects with `MIGRATION_SAME_CLUSTER`,
 * `MIGRATION_TOPIC_MISSING`, `OPTION_INVALID`, or the client's errors.
 */
export async function compareTopics(clusters: Clusters, options: CompareOptions): Promise<TopicComparison> {
  return compared(clusters, parseOptions(compareSchema, options, 'compareTopics'))
}

/** The same, and calls `onMissing` with each message that the new cluster misses, in the order of its queue. */
export async function compared(
  clusters: Clusters,
  config: CompareConfig,
  onMissing?: (message: Message) => Promise<void>,
): Promise<TopicComparison> {
  await checkTwoClusters(clusters)
  const since = config.since === undefined ? undefined : config.since - config.graceMs
  const [from, to] = await Promise.all([
    inCluster('from', () => rangesOf(clusters.from, config.topic, since)),
    inCluster('to', () => rangesOf(clusters.to, config.topic, since)),
  ])
  const shares = Math.max(1, Math.ceil(Math.max(messagesIn(from), messagesIn(to)) / config.entriesMax))
  const total = (messagesIn(from) + messagesIn(to)) * shares
  let done = 0
  const onRead = (offsets: number) => {
    done += offsets
    config.onProgress?.({ done, total })
  }
  const differences = new Differences(config.examplesMax)
  for (let share = 0; share < shares; share++) {
    const pass = new ComparisonPass({ clusters, config, from, to, differences, onRead, shares, share })
    await pass.run(onMissing)
  }
  return differences.comparisonOf(config.topic, config)
}

interface PassNeeds {
  readonly clusters: Clusters
  readonly config: CompareConfig
  readonly from: readonly QueueRange[]
  readonly to: readonly QueueRange[]
  readonly differences: Differences
  readonly onRead: (offsets: number) => void
  /** One pass compares the messages of one share. */
  readonly shares: number
  readonly share: number
}

/** Reads the new cluster into a table, and looks each message of the old one up in it. */
class ComparisonPass {
  readonly #needs: PassNeeds
  readonly #queues: QueueNumbers
  readonly #copies: MessageTable
  /** By queue of the old cluster and order key: where the new cluster has the last message of it. */
  readonly #lasts = new MessageTable()

  constructor(needs: PassNeeds) {
    this.#needs = needs
    this.#queues = new QueueNumbers(needs.to)
    this.#copies = new MessageTable(Math.ceil(messagesIn(needs.to) / needs.shares))
  }

  async run(onMissing: ((message: Message) => Promise<void>) | undefined): Promise<void> {
    const { clusters, from, to, onRead, config } = this.#needs
    const reading = { onRead, signal: config.signal }
    await readRanges(clusters.to, to, { ...reading, each: (message) => this.#enter(message) })
    await readRanges(clusters.from, from, { ...reading, each: (message) => this.#look(message, onMissing) })
    await this.#countExtra()
  }

  #enter(message: Message): undefined {
    if (!this.#isOfShare(message)) return
    const { differences, config } = this.#needs
    const identity = identityOf(message, config.matchBy)
    const isInTime = this.#isInTime(message)
    if (isInTime) differences.messages.to++
    if (this.#copies.find(identity) !== undefined) {
      if (isInTime) differences.doubled.to++
      return
    }
    this.#copies.add(identity, {
      content: contentOf(message),
      queue: this.#queues.numberOf(message.queue),
      offset: message.queueOffset,
      marks: isInTime ? IN_TIME : 0,
    })
  }

  #look(
    message: Message,
    onMissing: ((message: Message) => Promise<void>) | undefined,
  ): Promise<void> | undefined {
    if (!this.#isOfShare(message)) return undefined
    const { differences, config } = this.#needs
    const isInTime = this.#isInTime(message)
    if (isInTime) differences.messages.from++
    const slot = this.#copies.find(identityOf(message, config.matchBy))
    if (slot === undefined) return isInTime ? this.#missing(message, onMissing) : undefined
    if (this.#copies.has(slot, FOUND)) {
      if (isInTime) differences.doubled.from++
      return undefined
    }
    this.#copies.mark(slot, FOUND)
    const isInOrder = this.#isInOrder(message, slot)
    const isSame = this.#copies.contentAt(slot) === contentOf(message)
    if (!isInTime || (isInOrder && isSame)) return undefined
    return this.#differs(message, slot, { isInOrder, isSame })
  }

  async #missing(
    message: Message,
    onMissing: ((message: Message) => Promise<void>) | undefined,
  ): Promise<void> {
    await this.#needs.differences.add('missing', async () => ({
      ...named(message),
      from: copyAt(message),
      to: undefined,
      fields: [],
    }))
    await onMissing?.(message)
  }

  async #differs(
    message: Message,
    slot: number,
    { isInOrder, isSame }: { isInOrder: boolean; isSame: boolean },
  ): Promise<void> {
    const { differences, clusters } = this.#needs
    const to = this.#copyIn(slot)
    const example = { ...named(message), from: copyAt(message), to }
    if (!isInOrder) await differences.add('outOfOrder', async () => ({ ...example, fields: [] }))
    if (isSame) return
    await differences.add('different', async () => {
      const other = await clusters.to.admin().messages.at(to.queue, to.queueOffset)
      return { ...example, fields: differencesBetween(message, other) }
    })
  }

  /** Whether it is behind the message that is before it in its queue and has the same order key. */
  #isInOrder({ orderKey, queue }: Message, slot: number): boolean {
    if (orderKey === undefined) return true
    const [number, offset] = [this.#copies.queueAt(slot), this.#copies.offsetAt(slot)]
    const name = hashOf([queue.brokerName, String(queue.queueId), orderKey])
    const last = this.#lasts.find(name)
    if (last === undefined) {
      this.#lasts.add(name, { content: 0, queue: number, offset })
      return true
    }
    const isInOrder = this.#lasts.queueAt(last) === number && this.#lasts.offsetAt(last) < offset
    // What comes next is compared with the furthest, so that one late message is one difference.
    if (isInOrder || this.#lasts.queueAt(last) !== number) this.#lasts.move(last, number, offset)
    return isInOrder
  }

  async #countExtra(): Promise<void> {
    const { differences, clusters } = this.#needs
    for (const slot of this.#copies.slots()) {
      if (this.#copies.has(slot, FOUND) || !this.#copies.has(slot, IN_TIME)) continue
      await differences.add('extra', async () => {
        const to = this.#copyIn(slot)
        const message = await clusters.to.admin().messages.at(to.queue, to.queueOffset)
        return { ...named(message), from: undefined, to, fields: [] }
      })
    }
  }

  #copyIn(slot: number): CopyAt {
    return {
      queue: this.#queues.queueAt(this.#copies.queueAt(slot)),
      queueOffset: this.#copies.offsetAt(slot),
    }
  }

  #isInTime({ storeTimestamp }: Message): boolean {
    const { since, until } = this.#needs.config
    return storeTimestamp < until && (since === undefined || storeTimestamp >= since)
  }

  /** Messages of one order key belong to one share. */
  #isOfShare(message: Message): boolean {
    const { shares, share, config } = this.#needs
    if (shares === 1) return true
    const { orderKey } = message
    const { high } =
      orderKey === undefined ? identityOf(message, config.matchBy) : hashOf(['order', orderKey])
    return high % shares === share
  }
}

function named({ messageId, key }: Message): { messageId: string; key: string | undefined } {
  return { messageId, key }
}

function copyAt({ queue, queueOffset }: Message): CopyAt {
  return { queue, queueOffset }
}

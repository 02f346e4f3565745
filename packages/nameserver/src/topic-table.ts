import { Permission } from '@rocketeer/protocol'
import type { QueueData, TopicConfig } from '@rocketeer/protocol/bodies'

/** Which broker names hold queues of which topic. Apache: RouteInfoManager.topicQueueTable. */
export class TopicTable {
  readonly #topics = new Map<string, Map<string, QueueData>>()
  /** Brokers an administrator took the write permission from; what they register changes nothing about that. */
  readonly #drained = new Set<string>()

  topics(): Iterable<string> {
    return this.#topics.keys()
  }

  /** The queues of a topic, one entry per broker name; empty when nobody has the topic. */
  queues(topic: string): readonly QueueData[] {
    return [...(this.#topics.get(topic)?.values() ?? [])]
  }

  has(topic: string, brokerName: string): boolean {
    return this.#topics.get(topic)?.has(brokerName) ?? false
  }

  topicsOf(brokerName: string): string[] {
    return [...this.#topics.keys()].filter((topic) => this.has(topic, brokerName))
  }

  put(topic: string, queueData: QueueData): void {
    const byBroker = this.#topics.get(topic) ?? new Map<string, QueueData>()
    this.#topics.set(topic, byBroker)
    byBroker.set(queueData.brokerName, queueData)
  }

  /**
   * What a broker registered; `writable` false hides the write permission of a slave that stands in for its master. So
   * does draining, where in Apache the next change of any topic gives the permission back.
   */
  putConfig(brokerName: string, config: TopicConfig, writable: boolean): void {
    const mayWrite = writable && !this.#drained.has(brokerName)
    this.put(config.topicName, {
      brokerName,
      readQueueNums: config.readQueueNums,
      writeQueueNums: config.writeQueueNums,
      perm: mayWrite ? config.perm : config.perm & ~Permission.WRITE,
      topicSysFlag: config.topicSysFlag,
    })
  }

  remove(topic: string, brokerNames?: Iterable<string>): void {
    const byBroker = this.#topics.get(topic)
    if (!byBroker) return
    for (const brokerName of brokerNames ?? [...byBroker.keys()]) byBroker.delete(brokerName)
    if (byBroker.size === 0) this.#topics.delete(topic)
  }

  removeBroker(brokerName: string): void {
    this.#drained.delete(brokerName)
    for (const topic of this.topicsOf(brokerName)) this.remove(topic, [brokerName])
  }

  /** Takes write permission from every topic of a broker name; returns how many topics it has. */
  wipeWritePermission(brokerName: string): number {
    return this.#changePermission(brokerName, (perm) => perm & ~Permission.WRITE)
  }

  /** The same until the broker leaves or `addWritePermission`, whatever it registers. */
  drain(brokerName: string): number {
    const count = this.wipeWritePermission(brokerName)
    if (count > 0) this.#drained.add(brokerName)
    return count
  }

  addWritePermission(brokerName: string): number {
    this.#drained.delete(brokerName)
    return this.#changePermission(brokerName, () => Permission.READ | Permission.WRITE)
  }

  #changePermission(brokerName: string, change: (perm: number) => number): number {
    let count = 0
    for (const byBroker of this.#topics.values()) {
      const queueData = byBroker.get(brokerName)
      if (!queueData) continue
      byBroker.set(brokerName, { ...queueData, perm: change(queueData.perm) })
      count++
    }
    return count
  }
}

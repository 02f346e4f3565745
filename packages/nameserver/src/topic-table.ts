import { Permission } from '@rocketeer/protocol'
import type { QueueData, TopicConfig } from '@rocketeer/protocol/bodies'

/** The queues of each topic by broker name. Apache: RouteInfoManager.topicQueueTable. */
export class TopicTable {
  readonly #topics = new Map<string, Map<string, QueueData>>()
  /** Broker names from which an administrator took the write permission; registrations do not give it back. */
  readonly #drained = new Set<string>()

  topics(): Iterable<string> {
    return this.#topics.keys()
  }

  /** The queues of a topic, one entry per broker name; empty when no broker has the topic. */
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
   * Enters a topic a broker registered. `writable` is false for a slave that acts as master: its topics lose the write
   * permission. Topics of a drained broker lose it, too; in Apache the next change of any topic gives it back.
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

  /** Removes a topic from these broker names, by default from all. */
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

  /** Takes the write permission from every topic of a broker name; returns the number of these topics. */
  wipeWritePermission(brokerName: string): number {
    return this.#changePermission(brokerName, (perm) => perm & ~Permission.WRITE)
  }

  /** `wipeWritePermission` that lasts through registrations, until the broker leaves or `addWritePermission` is called. */
  drain(brokerName: string): number {
    const count = this.wipeWritePermission(brokerName)
    if (count > 0) this.#drained.add(brokerName)
    return count
  }

  /** Gives every topic of a broker name read and write permission; returns the number of these topics. */
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

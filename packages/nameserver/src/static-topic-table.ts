import type { TopicQueueMappingInfo } from '@rocketeer/protocol/bodies'

/** One broker's mappings of static topics, by topic name. */
export type TopicQueueMappings = ReadonlyMap<string, TopicQueueMappingInfo>

/** Which brokers have the logical queues of static topics. Apache: RouteInfoManager.topicQueueMappingInfoTable. */
export class StaticTopicTable {
  readonly #topics = new Map<string, Map<string, TopicQueueMappingInfo>>()

  put(mappings: TopicQueueMappings): void {
    for (const [topic, info] of mappings) {
      if (info.bname === undefined) continue
      const byBroker = this.#topics.get(topic) ?? new Map<string, TopicQueueMappingInfo>()
      this.#topics.set(topic, byBroker)
      byBroker.set(info.bname, info)
    }
  }

  /** The mappings of a topic by broker name. */
  mappings(topic: string): ReadonlyMap<string, TopicQueueMappingInfo> | undefined {
    return this.#topics.get(topic)
  }
}

import type { TopicQueueMappingInfo } from '@rocketeer/protocol/bodies'

/** Mappings of static topics by topic name, as one broker registers them. */
export type TopicQueueMappings = ReadonlyMap<string, TopicQueueMappingInfo>

/** Where the logical queues of static topics lie, by topic and broker name. Apache: topicQueueMappingInfoTable. */
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

  mappings(topic: string): ReadonlyMap<string, TopicQueueMappingInfo> | undefined {
    return this.#topics.get(topic)
  }
}

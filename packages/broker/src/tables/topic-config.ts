import { Permission } from '@rocketeer/protocol'
import type { TopicConfig } from '@rocketeer/protocol/bodies'

/** A topic as Apache's constructor makes it (16 + 16 queues, read and write) except where `differing` says otherwise. */
export function topicConfig(topicName: string, differing: Partial<TopicConfig> = {}): TopicConfig {
  return {
    topicName,
    readQueueNums: 16,
    writeQueueNums: 16,
    perm: Permission.READ | Permission.WRITE,
    topicFilterType: 'SINGLE_TAG',
    topicSysFlag: 0,
    order: false,
    attributes: new Map(),
    ...differing,
  }
}

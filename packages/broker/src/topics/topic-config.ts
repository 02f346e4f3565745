import type { TopicConfig } from '@rocketeer/protocol'

/** What clients may do with a topic or queue. Apache: PermName. */
export const Perm = {
  /** Topics created by sending inherit from this one. */
  INHERIT: 1,
  WRITE: 2,
  READ: 4,
} as const

export const isReadable = (perm: number): boolean => (perm & Perm.READ) !== 0
export const isWritable = (perm: number): boolean => (perm & Perm.WRITE) !== 0
export const isInherited = (perm: number): boolean => (perm & Perm.INHERIT) !== 0

/** A topic as Apache's constructor makes it (16 + 16 queues, read and write) except where `differing` says otherwise. */
export function topicConfig(topicName: string, differing: Partial<TopicConfig> = {}): TopicConfig {
  return {
    topicName,
    readQueueNums: 16,
    writeQueueNums: 16,
    perm: Perm.READ | Perm.WRITE,
    topicFilterType: 'SINGLE_TAG',
    topicSysFlag: 0,
    order: false,
    attributes: new Map(),
    ...differing,
  }
}

/** Bits of a topic's `topicSysFlag`, in an installation that is divided into units. Apache: TopicSysFlag. */
export const TopicSysFlag = {
  /** The topic belongs to one unit. */
  UNIT: 0x1,
  /** A group of one unit subscribes to the topic. */
  UNIT_SUB: 0x1 << 1,
} as const

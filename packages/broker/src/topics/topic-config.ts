import { z } from '@rocketeer/foundation'

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

/** Apache: TopicConfig.defaultReadQueueNums. */
const QUEUE_NUMS_DEFAULT = 16

/** As in topics.json; fields of later versions are kept as they are. Apache: org.apache.rocketmq.common.TopicConfig. */
export const topicConfigSchema = z.looseObject({
  topicName: z.string().min(1),
  readQueueNums: z.int().min(0).default(QUEUE_NUMS_DEFAULT),
  writeQueueNums: z.int().min(0).default(QUEUE_NUMS_DEFAULT),
  perm: z.int().default(Perm.READ | Perm.WRITE),
  topicFilterType: z.enum(['SINGLE_TAG', 'MULTI_TAG']).default('SINGLE_TAG'),
  topicSysFlag: z.int().default(0),
  order: z.boolean().default(false),
  attributes: z
    .record(z.string(), z.string())
    .nullish()
    .transform((value) => value ?? {}),
})

/** One topic; replaced, never changed in place, so that a handler can hold on to it. */
export type TopicConfig = Readonly<z.output<typeof topicConfigSchema>>

/** A topic with Apache's defaults (16 + 16 queues, read and write) except where `differing` says otherwise. */
export function topicConfig(topicName: string, differing: Partial<TopicConfig> = {}): TopicConfig {
  return {
    topicName,
    readQueueNums: QUEUE_NUMS_DEFAULT,
    writeQueueNums: QUEUE_NUMS_DEFAULT,
    perm: Perm.READ | Perm.WRITE,
    topicFilterType: 'SINGLE_TAG',
    topicSysFlag: 0,
    order: false,
    attributes: {},
    ...differing,
  }
}

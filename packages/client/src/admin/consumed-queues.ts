import { DEAD_LETTER_TOPIC_PREFIX, RETRY_TOPIC_PREFIX, retryTopicOf } from '@rocketeer/protocol'
import { ConsumeStats, getConsumeStats } from '@rocketeer/protocol/commands'
import { compareQueues, queueKey } from '../routing/message-queue.js'
import { type AdminNeeds, masterNames } from './cluster.js'
import type { QueueProgress } from './group-progress.js'

/** Brokers compute the progress from all queues. */
const STATS_TIMEOUT_MS = 10_000

/** What brokers say of the queues that a group has consumed from. */
export interface ConsumedQueues {
  /** Sorted; of all topics retry topics and dead letters are among them. */
  queues: QueueProgress[]
  /** Messages that are popped and not acknowledged; undefined when a broker does not say. */
  popped: number | undefined
}

/** How far a group is in each queue it has consumed from, of one topic or of all. */
export async function consumedQueues(
  needs: AdminNeeds,
  group: string,
  topic?: string,
): Promise<ConsumedQueues> {
  const names = topic ? (await needs.routes.existing(topic)).brokerNames : await brokersOf(needs, group)
  const fields = { consumerGroup: group, ...(topic !== undefined && { topic }) }
  const options = { timeoutMs: STATS_TIMEOUT_MS }
  const queues: QueueProgress[] = []
  let popped: number | undefined = 0
  const ask = async (name: string) => {
    const response = await needs.brokers.call(name, getConsumeStats, fields, options)
    const poppedThere = response.fields.popped
    popped = poppedThere === undefined || popped === undefined ? undefined : popped + poppedThere
    const { offsetTable } = ConsumeStats.decode(response.body)
    for (const [queue, { brokerOffset, consumerOffset, lastTimestamp }] of offsetTable) {
      const lag = Math.max(0, brokerOffset - consumerOffset)
      queues.push({ queue, brokerOffset, consumerOffset, lag, lastTimestamp })
    }
  }
  await Promise.all(names.map(ask))
  return { queues: queues.sort((a, b) => compareQueues(a.queue, b.queue)), popped }
}

/** Only the queues of topics that producers send to. */
export function ofTopics(queues: readonly QueueProgress[]): QueueProgress[] {
  return queues.filter(
    ({ queue: { topic } }) =>
      !topic.startsWith(RETRY_TOPIC_PREFIX) && !topic.startsWith(DEAD_LETTER_TOPIC_PREFIX),
  )
}

/** The queues of topics with those of retry topics, of which brokers leave out the ones never consumed from. */
export function withRetryQueues(
  queues: readonly QueueProgress[],
  retryQueues: readonly QueueProgress[],
): QueueProgress[] {
  const known = new Map(queues.map((each) => [queueKey(each.queue), each]))
  const retries = retryQueues.map((each) => ({
    ...each,
    lastTimestamp: known.get(queueKey(each.queue))?.lastTimestamp ?? 0,
  }))
  return [...ofTopics(queues), ...retries].sort((a, b) => compareQueues(a.queue, b.queue))
}

/** A group has a retry topic wherever it consumes; without one any broker may know it. */
export async function brokersOf(needs: AdminNeeds, group: string): Promise<readonly string[]> {
  const route = await needs.routes.find(retryTopicOf(group))
  return route?.brokerNames ?? masterNames(needs)
}

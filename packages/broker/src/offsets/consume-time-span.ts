import type { Clock } from '@rocketeer/foundation'
import {
  QueryConsumeTimeSpanBody,
  type QueueTimeSpan,
  type queryConsumeTimeSpan,
} from '@rocketeer/protocol/commands'
import type { HandlerOf } from '@rocketeer/remoting'
import type { MessageStore } from '@rocketeer/store'
import { existingTopic } from '../access/access.js'
import { storeTimestampAt } from '../messages/queue-records.js'
import type { LiveConfig } from '../options/live-config.js'
import type { ConsumerOffsets, GroupQueue } from '../tables/consumer-offsets.js'
import type { TopicTable } from '../tables/topic-table.js'

export interface ConsumeTimeSpanNeeds {
  readonly clock: Clock
  readonly config: LiveConfig
  readonly topics: TopicTable
  readonly offsets: ConsumerOffsets
  readonly store: MessageStore
}

/** The times of the first and last message of each queue, and of the last one a group has consumed. Apache: AdminBrokerProcessor.queryConsumeTimeSpan. */
export function consumeTimeSpanHandler(needs: ConsumeTimeSpanNeeds): HandlerOf<typeof queryConsumeTimeSpan> {
  return async ({ fields: { topic, group } }) => {
    const { writeQueueNums } = existingTopic(needs.topics, topic, 'administer')
    const consumeTimeSpanSet: QueueTimeSpan[] = []
    for (let queueId = 0; queueId < writeQueueNums; queueId++) {
      consumeTimeSpanSet.push(await timeSpanOf(needs, { group, topic, queueId }))
    }
    return { body: QueryConsumeTimeSpanBody.encode({ consumeTimeSpanSet }) }
  }
}

async function timeSpanOf(
  { clock, config, offsets, store }: ConsumeTimeSpanNeeds,
  queue: GroupQueue,
): Promise<QueueTimeSpan> {
  const { topic, queueId } = queue
  const maxOffset = store.maxOffset(topic, queueId)
  const consumerOffset = offsets.query(queue)
  const minTimeStamp = await store.earliestStoreTimestamp(topic, queueId)
  const nextTimestamp =
    consumerOffset < maxOffset
      ? await storeTimestampAt(store, { topic, queueId, offset: Math.max(0, consumerOffset) })
      : -1
  return {
    messageQueue: { topic, brokerName: config.current.brokerName, queueId },
    minTimeStamp,
    maxTimeStamp: await storeTimestampAt(store, { topic, queueId, offset: maxOffset - 1 }),
    consumeTimeStamp:
      consumerOffset > 0
        ? await storeTimestampAt(store, { topic, queueId, offset: consumerOffset - 1 })
        : minTimeStamp,
    delayTime: nextTimestamp > 0 ? clock.now() - nextTimestamp : 0,
  }
}

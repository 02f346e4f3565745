import {
  type ConsumeQueueData,
  QueryConsumeQueueResponseBody,
  type queryConsumeQueue,
} from '@rocketeer/protocol/commands'
import { findProperty, type MessageRecord, PropertyName, tagsCodeOf } from '@rocketeer/protocol/record'
import type { HandlerOf } from '@rocketeer/remoting'
import type { MessageStore } from '@rocketeer/store'
import type { ConsumerRegistry } from '../clients/consumer-registry.js'
import { refusals } from '../errors.js'
import { type QueueOffset, recordsFrom } from '../messages/queue-records.js'

const ENTRIES_MAX = 1000

export interface QueryConsumeQueueNeeds {
  readonly consumers: ConsumerRegistry
  readonly store: MessageStore
}

/** Entries of one consume queue, and the subscription of a group beside them. Apache: queryConsumeQueue. */
export function queryConsumeQueueHandler({
  consumers,
  store,
}: QueryConsumeQueueNeeds): HandlerOf<typeof queryConsumeQueue> {
  return async ({ fields: { topic, queueId, index, count, consumerGroup } }) => {
    const [minQueueIndex, maxQueueIndex] = [store.minOffset(topic, queueId), store.maxOffset(topic, queueId)]
    if (maxQueueIndex <= 0) throw refusals.QUEUE_NOT_EXIST({ topic, queueId })
    const remark =
      index < minQueueIndex || index >= maxQueueIndex
        ? `Index ${index} of ${queueId}@${topic} is not exist!`
        : undefined
    const subscriptionData =
      consumerGroup === undefined ? undefined : consumers.get(consumerGroup)?.subscriptions.get(topic)
    const filterData =
      consumerGroup !== undefined && subscriptionData === undefined
        ? `${consumerGroup}@${topic} is not online!`
        : undefined
    const queueData =
      remark === undefined
        ? await entriesFrom(store, { topic, queueId, offset: index }, Math.min(count, ENTRIES_MAX))
        : []
    const body = { minQueueIndex, maxQueueIndex, subscriptionData, filterData, queueData }
    return { remark, body: QueryConsumeQueueResponseBody.encode(body) }
  }
}

async function entriesFrom(store: MessageStore, from: QueueOffset, count: number) {
  const entries: ConsumeQueueData[] = []
  while (entries.length < count) {
    const offset = from.offset + entries.length
    const records = await recordsFrom(store, { ...from, offset, messagesMax: count - entries.length })
    if (records.length === 0) break
    entries.push(...records.map(entryOf))
  }
  return entries
}

function entryOf({ physicalOffset, totalSize, properties }: MessageRecord): ConsumeQueueData {
  const tagsCode = tagsCodeOf(findProperty(properties, PropertyName.TAGS))
  return { physicOffset: physicalOffset, physicSize: totalSize, tagsCode, eval: false }
}

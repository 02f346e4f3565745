import {
  deadLetterTopicOf,
  popRetryOriginsOf,
  RETRY_TOPIC_PREFIX,
  ResponseCode,
  retryTopicOf,
} from '@rocketeer/protocol'
import { TopicList } from '@rocketeer/protocol/bodies'
import {
  getAllTopicListFromNameserver,
  getTopicStatsInfo,
  queryConsumerOffset,
  TopicStatsTable,
} from '@rocketeer/protocol/commands'
import { answerOf } from '../answers.js'
import { pullFromQueue } from '../pulling/pull.js'
import type { MessageQueue } from '../routing/message-queue.js'
import type { PendingMessages } from './broker-status.js'
import { type AdminNeeds, masterNames } from './cluster.js'
import { groupConfigsOn } from './group-configs.js'
import type { GroupDeadLetters, GroupFailures, GroupRetries, QueueProgress } from './group-progress.js'
import { type WaitingMessages, waitingOn } from './waiting-messages.js'

/** How far a group is in a queue of a retry topic or of its dead letters. */
export interface FailureQueue extends QueueProgress {
  /** The offset of the first message there is. */
  minOffset: number
}

/** What waits in a cluster at this moment: read once, it serves questions about many groups. */
export interface ClusterWaiting {
  /** Every topic the nameservers know. */
  topics: ReadonlySet<string>
  /** Every group one of `brokers` knows. */
  groups: ReadonlySet<string>
  brokers: readonly WaitingMessages[]
}

/** Reads what waits on these brokers, by default on every one. */
export async function clusterWaiting(
  needs: AdminNeeds,
  brokerNames?: readonly string[],
): Promise<ClusterWaiting> {
  const names = brokerNames ?? (await masterNames(needs))
  const [response, configs, brokers] = await Promise.all([
    needs.nameservers.call(getAllTopicListFromNameserver, {}),
    Promise.all(names.map((name) => groupConfigsOn(needs, name))),
    Promise.all(names.map((name) => waitingOn(needs, name))),
  ])
  return {
    topics: new Set(TopicList.decode(response.body).topicList),
    groups: new Set(configs.flat().map(({ groupName }) => groupName)),
    brokers,
  }
}

/** A group's retries and dead letters, and how far it is in the queues of its retry topics. */
export async function failuresOf(
  needs: AdminNeeds,
  group: string,
  waiting: ClusterWaiting,
): Promise<GroupFailures & { retryQueues: QueueProgress[] }> {
  const topics = retryTopicsOf(group, waiting)
  const names = waiting.brokers.map(({ brokerName }) => brokerName)
  const [queues, deadLetters] = await Promise.all([
    Promise.all(topics.map((topic) => failureQueues(needs, { group, topic, names }))),
    deadLettersOf(needs, group, names),
  ])
  const retries: GroupRetries = {
    ready: sum(queues.flat().map(({ lag }) => lag)),
    delayed: 0,
    partial: false,
  }
  for (const broker of waiting.brokers) {
    for (const topic of topics) retries.delayed += broker.timers.get(topic) ?? 0
    for (const { byTopic, complete } of broker.retries.values()) {
      retries.partial ||= !complete
      for (const topic of topics) retries.delayed += byTopic.get(topic) ?? 0
    }
  }
  return { retries, deadLetters, retryQueues: queues.flat().map(({ minOffset: _, ...progress }) => progress) }
}

/** The dead letters of a group on these brokers. */
export async function deadLettersOf(
  needs: AdminNeeds,
  group: string,
  names: readonly string[],
): Promise<GroupDeadLetters> {
  const queues = await failureQueues(needs, { group, topic: deadLetterTopicOf(group), names })
  const left = queues.filter(({ lag }) => lag > 0)
  const times = await Promise.all(left.map((each) => storeTimeAt(needs, each.queue, each.consumerOffset)))
  const since = Math.min(...times.filter((time) => time !== undefined))
  return {
    messages: sum(left.map(({ lag }) => lag)),
    stored: sum(queues.map(({ brokerOffset, minOffset }) => brokerOffset - minOffset)),
    since: Number.isFinite(since) ? since : undefined,
  }
}

/** Retries and dead letters that lie ready on one broker, a row for each group that has some. */
export async function failuresOn(
  needs: AdminNeeds,
  brokerName: string,
  waiting: ClusterWaiting,
): Promise<PendingMessages[]> {
  const pending: PendingMessages[] = []
  const names = [brokerName]
  const lagIn = async (group: string, topic: string) =>
    sum((await failureQueues(needs, { group, topic, names })).map(({ lag }) => lag))
  for (const group of waiting.groups) {
    const topics = retryTopicsOf(group, waiting).filter((topic) => waiting.topics.has(topic))
    const retries = sum(await Promise.all(topics.map((topic) => lagIn(group, topic))))
    if (retries > 0) pending.push({ brokerName, kind: 'retry', group, messages: retries })
    const deadLetterTopic = deadLetterTopicOf(group)
    const dead = waiting.topics.has(deadLetterTopic) ? await lagIn(group, deadLetterTopic) : 0
    if (dead > 0) pending.push({ brokerName, kind: 'dead letter', group, messages: dead })
  }
  return pending
}

/**
 * How far a group is in the queues of one of its retry topics or of its dead letters, on those of the brokers that have
 * the topic. GET_CONSUME_STATS would leave out topics that the running members do not subscribe to.
 */
export async function failureQueues(
  needs: AdminNeeds,
  { group, topic, names }: { group: string; topic: string; names: readonly string[] },
): Promise<FailureQueue[]> {
  const accept = { accept: [ResponseCode.TOPIC_NOT_EXIST] }
  const tables = await Promise.all(
    names.map(async (name) => {
      const response = await needs.brokers.call(name, getTopicStatsInfo, { topic }, accept)
      return response.code === ResponseCode.SUCCESS ? TopicStatsTable.decode(response.body).offsetTable : []
    }),
  )
  return Promise.all(
    tables.flat().map(async ([queue, { minOffset, maxOffset: brokerOffset }]) => {
      const committed = await committedIn(needs, group, queue)
      const consumerOffset = Math.min(brokerOffset, Math.max(minOffset, committed ?? minOffset))
      const lag = brokerOffset - consumerOffset
      return { queue, brokerOffset, consumerOffset, lag, lastTimestamp: 0, minOffset }
    }),
  )
}

/** The next offset a group consumes in a queue of a known broker; undefined when it never committed there. */
export async function committedIn(
  needs: AdminNeeds,
  consumerGroup: string,
  { topic, queueId, brokerName }: MessageQueue,
): Promise<number | undefined> {
  const fields = { topic, queueId, bname: brokerName, consumerGroup }
  const options = { accept: [ResponseCode.QUERY_NOT_FOUND] }
  const response = await needs.brokers.call(brokerName, queryConsumerOffset, fields, options)
  return response.code === ResponseCode.SUCCESS ? response.fields.offset : undefined
}

/**
 * The group's retry topics, the ordinary one first. One of pop's first version may belong to several pairs of group and
 * topic, or be the ordinary one of another group, which then has it.
 */
function retryTopicsOf(group: string, { topics, groups }: ClusterWaiting): readonly string[] {
  const ordinary = retryTopicOf(group)
  const found = [ordinary]
  for (const topic of topics) {
    if (!topic.startsWith(ordinary) || groups.has(topic.slice(RETRY_TOPIC_PREFIX.length))) continue
    const origins = popRetryOriginsOf(topic)
    if (origins.some((origin) => origin.group === group && topics.has(origin.topic))) found.push(topic)
  }
  return found
}

/** Undefined when the broker gives nothing: old ones of Apache's let nobody read dead letters. */
async function storeTimeAt(
  needs: AdminNeeds,
  queue: MessageQueue,
  offset: number,
): Promise<number | undefined> {
  try {
    const { messages } = await pullFromQueue(needs, { queue, offset }, { messagesMax: 1 })
    return messages[0]?.storeTimestamp
  } catch (error) {
    if (answerOf(error) === ResponseCode.NO_PERMISSION) return undefined
    throw error
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}

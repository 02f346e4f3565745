import { popRetryTopicOf, ResponseCode } from '@rocketeer/protocol'
import { ConsumerRunningInfo, getConsumerRunningInfo } from '@rocketeer/protocol/commands'
import type { MessageStore } from '@rocketeer/store'
import type { ConsumerOffsets } from '../tables/consumer-offsets.js'
import type { ConsumerGroup } from './consumer-group.js'
import type { ConsumerRegistry } from './consumer-registry.js'

/** Messages stored in one topic that a group has not finished. */
export interface UnfinishedMessages {
  group: string
  /** Retries lie in topics of their own, which begin with `%RETRY%`. */
  topic: string
  /** How many, whether they match the group's filter or not. */
  messages: number
}

interface UnfinishedMessagesNeeds {
  readonly consumers: ConsumerRegistry
  readonly offsets: ConsumerOffsets
  readonly store: MessageStore
}

/** What the members of a group say of their work. */
interface MembersProgress {
  /** The next message to finish, by topic and queue id; of the slowest member where several have the queue. */
  readonly offsets: ReadonlyMap<string, number>
  /** Messages popped and not finished, by topic. */
  readonly popped: ReadonlyMap<string, number>
}

/**
 * What the groups that have members now have not finished, from what these members say: the offsets they have committed
 * are some seconds old. Messages that wait for their time, delayed ones and retries, are in no topic of a group yet.
 */
export async function unfinishedMessages(needs: UnfinishedMessagesNeeds): Promise<UnfinishedMessages[]> {
  const unfinished: UnfinishedMessages[] = []
  for (const group of needs.consumers.groups()) {
    if (group.members.size === 0) continue
    const progress = await progressOf(group)
    for (const topic of topicsOf(group)) {
      const messages = messagesBehind(needs, { group: group.name, topic }, progress)
      if (messages > 0) unfinished.push({ group: group.name, topic, messages })
    }
  }
  return unfinished
}

function topicsOf({ name, subscriptions }: ConsumerGroup): string[] {
  return [...subscriptions.keys()].flatMap((topic) => [
    topic,
    popRetryTopicOf(topic, name, 1),
    popRetryTopicOf(topic, name, 2),
  ])
}

function messagesBehind(
  { offsets, store }: UnfinishedMessagesNeeds,
  { group, topic }: { group: string; topic: string },
  progress: MembersProgress,
): number {
  let messages = progress.popped.get(topic) ?? 0
  for (const { queueId, minOffset, maxOffset } of store.queues(topic)) {
    const committed = offsets.query({ group, topic, queueId })
    const next = progress.offsets.get(keyOf(topic, queueId)) ?? (committed >= 0 ? committed : minOffset)
    messages += Math.max(0, maxOffset - next)
  }
  return messages
}

async function progressOf(group: ConsumerGroup): Promise<MembersProgress> {
  const offsets = new Map<string, number>()
  const popped = new Map<string, number>()
  for (const info of await runningInfos(group)) {
    for (const [{ topic, queueId }, { commitOffset }] of info.mqTable) {
      const key = keyOf(topic, queueId)
      offsets.set(key, Math.min(commitOffset, offsets.get(key) ?? commitOffset))
    }
    for (const [{ topic }, { waitAckCount }] of info.mqPopTable) {
      popped.set(topic, (popped.get(topic) ?? 0) + waitAckCount)
    }
  }
  return { offsets, popped }
}

/** A member that does not answer is left out: then what its group has committed counts. */
async function runningInfos({ name, members }: ConsumerGroup): Promise<ConsumerRunningInfo[]> {
  const answers = [...members.values()].map(async ({ clientId, connection }) => {
    const response = await connection.request(getConsumerRunningInfo, {
      consumerGroup: name,
      clientId,
      jstackEnable: false,
    })
    return response.code === ResponseCode.SUCCESS ? [ConsumerRunningInfo.decode(response.body)] : []
  })
  return (await Promise.all(answers.map((answer) => answer.catch(() => [])))).flat()
}

function keyOf(topic: string, queueId: number): string {
  return `${topic} ${queueId}`
}

import { deadLetterTopicOf, retryTopicOf, SystemTopic } from '@rocketeer/protocol'
import type { SubscriptionData } from '@rocketeer/protocol/bodies'
import { PropertyName } from '@rocketeer/protocol/record'
import { clientErrors } from '../errors.js'
import type { Message } from '../messages/received-message.js'
import type { AdminNeeds } from './admin-needs.js'
import { masterNames } from './cluster.js'
import { groupMembers } from './groups.js'
import { messagesByKey, queryBrokers, storedMessage } from './message-lookup.js'
import { committedOffset } from './offsets.js'
import { groupsOfTopic } from './reset-plan.js'
import { topicNames } from './topics.js'

/** A copy that brokers made of a message for one group. */
export interface MessageCopy {
  /** `delayed`: a retry that waits for its time; `replay`: a dead letter given to the group again. */
  kind: 'delayed' | 'retry' | 'dead-letter' | 'replay'
  message: Message
  /** The group has taken it; of a dead letter: a replay has looked at it. */
  taken: boolean
}

/** What became of a message in one consumer group. */
export interface GroupLife {
  group: string
  /**
   * `waiting`: not consumed yet; `consumed`: the group's offset is behind it, and no copy waits; `filtered`: the group
   * does not want its tag; `retrying`: a retry is yet to be consumed; `dead`: a dead letter; `replaying`: given again.
   */
  state: 'waiting' | 'consumed' | 'filtered' | 'retrying' | 'dead' | 'replaying'
  /** The next one the group consumes in the message's queue; undefined when it never committed there. */
  offset: number | undefined
  /** Client ids that are in the group now. */
  members: string[]
  /** Oldest first. */
  copies: MessageCopy[]
}

export interface MessageLife {
  message: Message
  /** Every group that subscribes to the topic or has an offset in it. */
  groups: GroupLife[]
}

/**
 * The lives of all messages with this id (either one) or key. Without `topic` every topic's index is searched. What has
 * passed is told by offsets and copies: brokers do not note who handled a message when. Throws `MESSAGE_NOT_FOUND`.
 */
export async function messageLives(
  needs: AdminNeeds,
  idOrKey: string,
  topic: string | undefined,
): Promise<MessageLife[]> {
  const messages = await findMessages(needs, idOrKey, topic)
  if (messages.length === 0) {
    const where = topic === undefined ? 'any topic' : `"${topic}"`
    throw clientErrors.MESSAGE_NOT_FOUND({ looked: `no message of ${where} has the id or key ${idOrKey}` })
  }
  return Promise.all(messages.map((message) => lifeOf(needs, message)))
}

async function findMessages(
  needs: AdminNeeds,
  idOrKey: string,
  topic: string | undefined,
): Promise<Message[]> {
  const stored = await storedMessage(needs, idOrKey)
  if (stored) return [await originalOf(needs, stored)]
  const found = new Map<string, Message>()
  // One after the other: there may be thousands of topics, and no hurry.
  for (const each of topic === undefined ? await topicNames(needs, false) : [topic]) {
    const { brokerNames } = await needs.routes.existing(each)
    const messages = await Promise.all([
      queryBrokers(needs, brokerNames, each, idOrKey, { unique: true }),
      messagesByKey(needs, each, idOrKey, {}),
    ])
    for (const message of messages.flat()) found.set(message.offsetMessageId, message)
  }
  return [...found.values()].sort((a, b) => a.storeTimestamp - b.storeTimestamp)
}

/** Of a retry or a dead letter, the message it was made of, as long as that is stored. */
async function originalOf(needs: AdminNeeds, message: Message): Promise<Message> {
  const origin = message.properties[PropertyName.ORIGIN_MESSAGE_ID]
  return (origin && (await storedMessage(needs, origin))) || message
}

async function lifeOf(needs: AdminNeeds, message: Message): Promise<MessageLife> {
  const brokerNames = await masterNames(needs, undefined)
  const [groups, scheduled] = await Promise.all([
    groupsOfTopic(needs, message.topic),
    queryBrokers(needs, brokerNames, SystemTopic.SCHEDULE, message.messageId, { unique: true }),
  ])
  const lives = groups.map((group) => groupLife(needs, { message, group, scheduled, brokerNames }))
  return { message, groups: await Promise.all(lives) }
}

interface GroupQuestion {
  message: Message
  group: string
  /** Copies of the message that wait, or have waited, for a delay level's time. */
  scheduled: readonly Message[]
  brokerNames: readonly string[]
}

async function groupLife(needs: AdminNeeds, question: GroupQuestion): Promise<GroupLife> {
  const { message, group } = question
  const [offset, connection, copies] = await Promise.all([
    committedOffset(needs, group, message.queue),
    groupMembers(needs, group),
    copiesFor(needs, question),
  ])
  const wanted = wants(connection?.subscriptionTable.get(message.topic), message.tag)
  return {
    group,
    state: stateOf(copies.at(-1), wanted, offset !== undefined && offset > message.queueOffset),
    offset,
    members: (connection?.connectionSet ?? []).flatMap(({ clientId }) => clientId ?? []).sort(),
    copies,
  }
}

function stateOf(last: MessageCopy | undefined, wanted: boolean, passed: boolean): GroupLife['state'] {
  if (last === undefined) {
    if (!wanted) return 'filtered'
    return passed ? 'consumed' : 'waiting'
  }
  if (last.kind === 'dead-letter') return 'dead'
  if (last.taken) return 'consumed'
  return last.kind === 'replay' ? 'replaying' : 'retrying'
}

async function copiesFor(
  needs: AdminNeeds,
  { message, group, scheduled, brokerNames }: GroupQuestion,
): Promise<MessageCopy[]> {
  const retryTopic = retryTopicOf(group)
  const [retries, deadLetters] = await Promise.all(
    [retryTopic, deadLetterTopicOf(group)].map((topic) =>
      queryBrokers(needs, brokerNames, topic, message.messageId, { unique: true }),
    ),
  )
  const delayed = scheduled.filter(
    (copy) =>
      copy.properties[PropertyName.REAL_TOPIC] === retryTopic &&
      !retries!.some((retry) => retry.reconsumeTimes === copy.reconsumeTimes && !isOlder(retry, copy)),
  )
  const stored = await Promise.all([
    ...retries!.map((copy) => copyOf(needs, copy.reconsumeTimes > 0 ? 'retry' : 'replay', group, copy)),
    ...deadLetters!.map((copy) => copyOf(needs, 'dead-letter', group, copy)),
  ])
  const waiting = delayed.map((copy): MessageCopy => ({ kind: 'delayed', message: copy, taken: false }))
  const copies = [...stored, ...waiting].sort((a, b) => (isOlder(a.message, b.message) ? -1 : 1))
  // Offsets are persisted now and then; where another copy follows, the one before it was taken for sure.
  return copies.map((copy, i) =>
    i < copies.length - 1 && copy.kind !== 'delayed' ? { ...copy, taken: true } : copy,
  )
}

async function copyOf(
  needs: AdminNeeds,
  kind: MessageCopy['kind'],
  group: string,
  message: Message,
): Promise<MessageCopy> {
  const offset = await committedOffset(needs, group, message.queue)
  return { kind, message, taken: offset !== undefined && offset > message.queueOffset }
}

/** Copies of one broker are in the order of its log even within a millisecond. */
function isOlder(a: Message, b: Message): boolean {
  if (a.storeHost === b.storeHost) return a.physicalOffset < b.physicalOffset
  return a.storeTimestamp < b.storeTimestamp
}

/** What cannot be told from here (SQL92, nobody running) counts as wanted. */
function wants(subscription: SubscriptionData | undefined, tag: string | undefined): boolean {
  if (subscription === undefined || subscription.tagsSet.length === 0) return true
  return tag !== undefined && subscription.tagsSet.includes(tag)
}

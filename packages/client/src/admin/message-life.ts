import { isRocketeerError } from '@rocketeer/foundation'
import {
  DEAD_LETTER_TOPIC_PREFIX,
  deadLetterTopicOf,
  PopPropertyName,
  popRetryTopicOf,
  RETRY_TOPIC_PREFIX,
  retryTopicOf,
  SystemTopic,
} from '@rocketeer/protocol'
import type { SubscriptionData } from '@rocketeer/protocol/bodies'
import { type FailureHistory, NO_FAILURES, PropertyName } from '@rocketeer/protocol/record'
import { clientErrors } from '../errors.js'
import { failuresOf } from '../messages/failures.js'
import type { Message } from '../messages/received-message.js'
import { type AdminNeeds, masterNames } from './cluster.js'
import { committedIn } from './failed-messages.js'
import type { GroupsAdmin } from './groups.js'
import { queryBrokers, queryTopic, storedMessage } from './message-index.js'
import type { TopicsAdmin } from './topics.js'
import { isOutsideTopic, outsideTopics, type Undelivered, whyUndelivered } from './undelivered.js'

/** A copy that brokers made of a message for one group. */
export interface MessageCopy {
  /** `delayed`: a retry that waits for its time; `replay`: a dead letter given to the group again. */
  kind: 'delayed' | 'retry' | 'dead-letter' | 'replay'
  message: Message
  /** True when the group has consumed it; for a dead letter, when a replay has looked at it. */
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
  /**
   * The next one the group consumes in the message's queue; undefined when it never committed there, or when only copies of
   * the message are left.
   */
  offset: number | undefined
  /** Client ids that are in the group now. */
  members: string[]
  /** Oldest first. */
  copies: MessageCopy[]
  /** The failed attempts that its consumers noted, as its newest copy has them. */
  failures: FailureHistory
}

/** What became of a message. */
export interface MessageLife {
  /** As its producer sent it; its oldest copy, a retry or a dead letter, once it has expired. */
  message: Message
  /** Every group that subscribes to the topic or has an offset in it; of an expired message those with copies of it. */
  groups: GroupLife[]
  /** Why it is not in its topic, where no group gets it; undefined for a message that is. */
  undelivered: Undelivered | undefined
}

interface GroupQuestion {
  message: Message
  group: string
  /** Copies of the message that wait, or have waited, for a delay level's time. */
  scheduled: readonly Message[]
  brokerNames: readonly string[]
}

/**
 * Reconstructs what became of messages from offsets and copies, since brokers do not note who handled a message and
 * when.
 */
export class MessageLives {
  readonly #needs: AdminNeeds
  readonly #topics: TopicsAdmin
  readonly #groups: GroupsAdmin

  constructor(needs: AdminNeeds, others: { topics: TopicsAdmin; groups: GroupsAdmin }) {
    this.#needs = needs
    this.#topics = others.topics
    this.#groups = others.groups
  }

  /** Of all messages with this id (either one) or key. Rejects with `MESSAGE_NOT_FOUND`. */
  async of(idOrKey: string, topic: string | undefined): Promise<MessageLife[]> {
    const messages = await this.#find(idOrKey, topic)
    if (messages.length === 0) {
      const where = topic === undefined ? 'any topic' : `"${topic}"`
      throw clientErrors.MESSAGE_NOT_FOUND({
        looked: `no message of ${where}, or on its way there, has the id or key ${idOrKey}`,
      })
    }
    return Promise.all(messages.map((message) => this.#lifeOf(message)))
  }

  /** The messages as their producers sent them; of one that has expired, the oldest copy there is. */
  async #find(idOrKey: string, topic: string | undefined): Promise<Message[]> {
    const stored = await storedMessage(this.#needs, idOrKey).catch((error: unknown) => {
      // It may be a unique id, which only looks like an offset message id.
      if (topic === undefined) throw error
      return undefined
    })
    if (stored) return [await this.#originalOf(stored)]
    const found = new Map<string, Message>()
    const add = (message: Message) => {
      // Dead letters are found as well, several of a message that more than one group gave up.
      const id = isCopy(message) ? message.messageId : message.offsetMessageId
      const known = found.get(id)
      if (known === undefined || isOlder(message, known)) found.set(id, message)
    }
    // One after the other: there may be thousands of topics, and no hurry.
    for (const each of topic === undefined ? await this.#topics.list() : [topic]) {
      const query = { topic: each, key: idOrKey }
      const messages = await Promise.all([
        queryTopic(this.#needs, { ...query, unique: true }),
        queryTopic(this.#needs, { ...query, unique: false }),
      ])
      for (const message of messages.flat()) add(await this.#originalOf(message))
    }
    for (const message of await this.#outsideTopics(idOrKey)) {
      const delivered = await this.#originalOf(message)
      if (topic === undefined || topicOf(delivered) === topic) add(delivered)
    }
    return [...found.values()].sort((a, b) => a.storeTimestamp - b.storeTimestamp)
  }

  async #outsideTopics(idOrKey: string): Promise<Message[]> {
    const query = { brokerNames: await masterNames(this.#needs), key: idOrKey }
    const found = await Promise.all([
      outsideTopics(this.#needs, { ...query, unique: true }),
      outsideTopics(this.#needs, { ...query, unique: false }),
    ])
    return found.flat()
  }

  /**
   * Of a retry or a dead letter, the message it was made of, as long as that is stored; of a message that waited outside of
   * its topic, the one that was delivered, or else the copy that was stored last.
   */
  async #originalOf(message: Message): Promise<Message> {
    if (isOutsideTopic(message)) {
      const { messageId } = message
      const brokerNames = [message.queue.brokerName]
      const [delivered] = await this.#copiesIn(topicOf(message), message, brokerNames)
      if (delivered !== undefined) return delivered
      const copies = await outsideTopics(this.#needs, { brokerNames, key: messageId, unique: true })
      return copies[0] ?? message
    }
    const origin = message.properties[PropertyName.ORIGIN_MESSAGE_ID]
    return (origin && (await storedMessage(this.#needs, origin))) || message
  }

  async #lifeOf(message: Message): Promise<MessageLife> {
    if (isOutsideTopic(message)) {
      return { message, groups: [], undelivered: await whyUndelivered(this.#needs, message) }
    }
    const brokerNames = await masterNames(this.#needs)
    const [groups, scheduled] = await Promise.all([
      this.#groupsOf(message),
      this.#copiesIn(SystemTopic.SCHEDULE, message, brokerNames),
    ])
    const lives = await Promise.all(
      groups.map((group) => this.#groupLife({ message, group, scheduled, brokerNames })),
    )
    // Where only copies are left, nothing tells what became of the message in groups without one.
    const told = isCopy(message) ? lives.filter(({ copies }) => copies.length > 0) : lives
    return { message, groups: told, undelivered: undefined }
  }

  /** Groups that consume its topic, none when that is deleted, and of a copy the group it was made for. */
  async #groupsOf(message: Message): Promise<string[]> {
    const consuming = await this.#groups.consuming(message.topic).catch((error: unknown) => {
      if (isRocketeerError(error, 'NO_ROUTE')) return []
      throw error
    })
    return isCopy(message) ? [...new Set([...consuming, groupOfCopy(message)])] : consuming
  }

  async #groupLife(question: GroupQuestion): Promise<GroupLife> {
    const { message, group } = question
    const [offset, connection, copies] = await Promise.all([
      isCopy(message) ? undefined : committedIn(this.#needs, group, message.queue),
      this.#groups.members(group).catch(ofUnknownGroup),
      this.#copiesFor(question),
    ])
    // Each copy has the attempts that failed before it.
    const newest = copies.at(-1)
    const wanted = wants(connection?.subscriptionTable.get(message.topic), message.tag)
    return {
      group,
      state: stateOf(newest, wanted, offset !== undefined && offset > message.queueOffset),
      offset,
      members: (connection?.connectionSet ?? []).flatMap(({ clientId }) => clientId ?? []).sort(),
      copies,
      failures: newest === undefined ? NO_FAILURES : failuresOf(newest.message),
    }
  }

  async #copiesFor({ message, group, scheduled, brokerNames }: GroupQuestion): Promise<MessageCopy[]> {
    const retryTopic = retryTopicOf(group)
    const retryTopics = [
      retryTopic,
      popRetryTopicOf(message.topic, group, 1),
      popRetryTopicOf(message.topic, group, 2),
    ]
    const [deadLetters, ...retriesByTopic] = await Promise.all(
      [deadLetterTopicOf(group), ...retryTopics].map((topic) => this.#copiesIn(topic, message, brokerNames)),
    )
    const retries = retriesByTopic.flat()
    const delayed = scheduled.filter(
      (copy) =>
        copy.properties[PropertyName.REAL_TOPIC] === retryTopic &&
        !retries.some((retry) => retry.reconsumeTimes === copy.reconsumeTimes && !isOlder(retry, copy)),
    )
    const stored = await Promise.all([
      ...retries.map((copy) => this.#copyOf(copy.reconsumeTimes > 0 ? 'retry' : 'replay', group, copy)),
      ...deadLetters!.map((copy) => this.#copyOf('dead-letter', group, copy)),
    ])
    const waiting = delayed.map((copy): MessageCopy => ({ kind: 'delayed', message: copy, taken: false }))
    const copies = [...stored, ...waiting].sort((a, b) => (isOlder(a.message, b.message) ? -1 : 1))
    // Offsets are persisted now and then; where another copy follows, the one before it was taken for sure.
    return copies.map((copy, i) =>
      i < copies.length - 1 && copy.kind !== 'delayed' ? { ...copy, taken: true } : copy,
    )
  }

  /** Such topics have no route that every broker is in. */
  #copiesIn(topic: string, { messageId }: Message, brokerNames: readonly string[]): Promise<Message[]> {
    return queryBrokers(this.#needs, brokerNames, { topic, key: messageId, unique: true })
  }

  async #copyOf(kind: MessageCopy['kind'], group: string, message: Message): Promise<MessageCopy> {
    const offset = await committedIn(this.#needs, group, message.queue)
    return { kind, message, taken: offset !== undefined && offset > message.queueOffset }
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

/** A group that is known only by an offset, or was deleted meanwhile, has no members. */
function ofUnknownGroup(error: unknown): undefined {
  if (!isRocketeerError(error, 'GROUP_UNKNOWN')) throw error
}

/** True for a retry or a dead letter: its queue says nothing about where groups are in its topic. */
function isCopy({ queue: { topic } }: Message): boolean {
  return topic.startsWith(RETRY_TOPIC_PREFIX) || topic.startsWith(DEAD_LETTER_TOPIC_PREFIX)
}

/** Where a message goes that is outside of its topic; of any other, its topic. */
function topicOf(message: Message): string {
  const realTopic = isOutsideTopic(message) ? message.properties[PropertyName.REAL_TOPIC] : undefined
  return realTopic ?? message.topic
}

/** The group that a retry or a dead letter was made for. */
function groupOfCopy({ queue, properties }: Message): string {
  const { topic } = queue
  if (topic.startsWith(DEAD_LETTER_TOPIC_PREFIX)) return topic.slice(DEAD_LETTER_TOPIC_PREFIX.length)
  return properties[PopPropertyName.ORIGIN_GROUP] ?? topic.slice(RETRY_TOPIC_PREFIX.length)
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

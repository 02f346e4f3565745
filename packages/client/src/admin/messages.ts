import { isRocketeerError } from '@rocketeer/foundation'
import { decodeTraceData, retryTopicOf, SystemTopic, type TraceEntry, traceKeysOf } from '@rocketeer/protocol'
import { sendMessageV2 } from '@rocketeer/protocol/commands'
import {
  COMPRESSION_FLAGS,
  encodeProperties,
  FAILURE_HISTORY_BYTES_MAX,
  type FailureHistory,
  failureHistoryRoom,
  fitFailureHistory,
  PropertyName,
  withReplay,
} from '@rocketeer/protocol/record'
import { checkArguments } from '../arguments.js'
import { clientErrors } from '../errors.js'
import { failuresOf } from '../messages/failures.js'
import { keyProblem } from '../messages/field-checks.js'
import { checkGroup, checkTopic } from '../messages/names.js'
import type { Message } from '../messages/received-message.js'
import { pullFromQueue } from '../pulling/pull.js'
import type { MessageQueue } from '../routing/message-queue.js'
import { INNER_PRODUCER_GROUP } from '../sending/send-back.js'
import { checkSettings } from './admin-settings.js'
import type { AdminNeeds } from './cluster.js'
import type { GroupsAdmin } from './groups.js'
import { checkGroupKnown } from './known-groups.js'
import { type KeyQueryOptions, queryTopic, storedMessage } from './message-index.js'
import { type MessageLife, MessageLives } from './message-life.js'
import type { QueueOffset } from './offsets.js'
import type { TopicsAdmin } from './topics.js'

/** What a client noted about a message, under the names of Apache's TraceContext and TraceBean. */
export type MessageTrace = TraceEntry & {
  /** When it happened, by the client's clock; of old clients' `SubAfter`, when the entry was stored. */
  readonly timeStamp: number
  /** `ip:port` of the client. */
  readonly clientHost: string
}

/** Which traces to look for. */
export interface TraceQueryOptions extends KeyQueryOptions {
  /** The trace topic, `RMQ_SYS_TRACE_TOPIC`. */
  traceTopic?: string | undefined
}

/** Trace messages looked at per broker, where it finds so many (`queryMessagesMax`); a message retried for hours has some dozens. */
const TRACE_MESSAGES_MAX = 256

/** Finding messages, what became of them, and giving them again. `admin.messages` is one. */
export class MessagesAdmin {
  readonly #needs: AdminNeeds
  readonly #lives: MessageLives
  /** Groups that messages were given to; a replay gives the same one thousands. */
  readonly #knownGroups = new Set<string>()

  /** @internal */
  constructor(needs: AdminNeeds, others: { topics: TopicsAdmin; groups: GroupsAdmin }) {
    this.#needs = needs
    this.#lives = new MessageLives(needs, others)
  }

  /**
   * By either id: the offset message id says itself where the message is; the unique id is looked up in the index of
   * `topic`. Rejects with `MESSAGE_NOT_FOUND`.
   */
  async byId(messageId: string, topic?: string): Promise<Message> {
    const stored = await storedMessage(this.#needs, messageId).catch((error: unknown) => {
      // It may be a unique id, which only looks like an offset message id.
      if (topic === undefined) throw error
      return undefined
    })
    if (stored) return stored
    if (topic === undefined) {
      throw clientErrors.MESSAGE_NOT_FOUND({
        looked: `${messageId} is no offset message id of a broker of this cluster; a unique id, as a send returns it, is looked for in a topic: name that, too`,
      })
    }
    const [found] = await queryTopic(this.#needs, { topic, key: messageId, messagesMax: 1, unique: true })
    if (found) return found
    throw clientErrors.MESSAGE_NOT_FOUND({ looked: `${messageId} is not in the index of "${topic}"` })
  }

  /** Messages of a topic with this key, newest first. Rejects with `KEY_INVALID` for one that no message can have. */
  async byKey(topic: string, key: string, options: KeyQueryOptions = {}): Promise<Message[]> {
    checkTopic(topic)
    checkKeyToFind(key)
    checkSettings('admin.messages.byKey', 'keyQuery', options)
    return queryTopic(this.#needs, { ...options, topic, key, unique: false })
  }

  /** The message at this offset. Rejects with `MESSAGE_NOT_FOUND`. */
  async at(queue: MessageQueue, offset: number): Promise<Message> {
    checkArguments('admin.messages.at', { queue, offset })
    const pulled = await pullFromQueue(this.#needs, { queue, offset }, { messagesMax: 1 })
    const message = pulled.messages.find((each) => each.queueOffset === offset)
    if (message) return message
    const { topic, brokerName, queueId } = queue
    const { minOffset, maxOffset } = pulled
    const holds = maxOffset > minOffset ? `holds offsets ${minOffset} to ${maxOffset - 1}` : 'is empty'
    throw clientErrors.MESSAGE_NOT_FOUND({
      looked: `queue ${queueId} of "${topic}" on "${brokerName}" ${holds}: nothing is at ${offset}`,
    })
  }

  /**
   * What became of each message with this id (either one) or key: where it is stored, and for every group whether it was
   * consumed, its retries, dead letter and replays. Without `topic` every topic's index is searched. Rejects with
   * `MESSAGE_NOT_FOUND` or `KEY_INVALID`.
   */
  async lives(idOrKey: string, topic?: string): Promise<MessageLife[]> {
    checkKeyToFind(idOrKey)
    if (topic !== undefined) checkTopic(topic)
    return this.#lives.of(idOrKey, topic)
  }

  /**
   * What clients that trace noted about the messages with this id or key, in the order of time; none when there is no
   * trace topic. Entries may come late.
   */
  async traces(idOrKey: string, options: TraceQueryOptions = {}): Promise<MessageTrace[]> {
    checkSettings('admin.messages.traces', 'traceQuery', options)
    const { traceTopic = SystemTopic.TRACE, ...rest } = options
    const query = { messagesMax: TRACE_MESSAGES_MAX, ...rest }
    const messages = await this.byKey(traceTopic, idOrKey, query).catch((error: unknown) => {
      if (isRocketeerError(error, 'NO_ROUTE')) return []
      throw error
    })
    return messages
      .flatMap(tracesIn)
      .filter((trace) => traceKeysOf(trace).includes(idOrKey))
      .sort((a, b) => a.timeStamp - b.timeStamp || TYPES.indexOf(a.type) - TYPES.indexOf(b.type))
  }

  /**
   * Gives a message to one group again, as a first delivery; other groups of its topic do not see it. Its unique id,
   * keys, tag and own properties stay as they are, and so does the history of its failures (`failuresOf`), with the time of
   * this replay, which its `replayTimes` count. Resolves to where it waits for the group now. Rejects with `GROUP_UNKNOWN`.
   */
  async redeliver(message: Message, group: string): Promise<QueueOffset> {
    checkGroup(group)
    if (!this.#knownGroups.has(group)) await checkGroupKnown(this.#needs, group)
    this.#knownGroups.add(group)
    const { brokerName } = message.queue
    const kept = Object.entries(message.properties).filter(([name]) => !OF_EARLIER_DELIVERIES.has(name))
    const properties = replayed(
      {
        ...Object.fromEntries(kept),
        [PropertyName.RETRY_TOPIC]: message.topic,
        [PropertyName.REPLAY_TIMES]: String(message.replayTimes + 1),
      },
      withReplay(failuresOf(message), this.#needs.clock.now()),
    )
    const fields = {
      producerGroup: INNER_PRODUCER_GROUP,
      // Only that group reads its retry topic, and RETRY_TOPIC shows its consumers the original one; sending to that
      // would deliver the message to every group.
      topic: retryTopicOf(group),
      defaultTopic: SystemTopic.AUTO_CREATE,
      defaultTopicQueueNums: 1,
      queueId: ANY_QUEUE,
      sysFlag: message.sysFlag & COMPRESSION_FLAGS,
      bornTimestamp: message.bornTimestamp,
      flag: message.flag,
      properties: encodeProperties(properties),
      reconsumeTimes: 0,
      unitMode: false,
      batch: false,
      bname: brokerName,
    }
    const { fields: answer } = await this.#needs.brokers.call(brokerName, sendMessageV2, fields, {
      body: message.storedBody,
    })
    const queue = { topic: fields.topic, brokerName, queueId: answer.queueId }
    return { queue, offset: answer.queueOffset }
  }
}

/** The properties with the mark of a replay, as far as they leave room for one: the message can be given again without. */
function replayed(properties: Record<string, string>, history: FailureHistory): Record<string, string> {
  const room = failureHistoryRoom(encodeProperties(properties))
  const encoded = fitFailureHistory(history, Math.min(FAILURE_HISTORY_BYTES_MAX, room))
  return encoded === undefined ? properties : { ...properties, [PropertyName.FAILURE_HISTORY]: encoded }
}

/** Throws `KEY_INVALID`: messages of no client have such a key. */
function checkKeyToFind(key: unknown): void {
  const problem = keyProblem(key)
  if (problem !== undefined) throw clientErrors.KEY_INVALID({ key: String(key), problem })
}

/** In the order of a message's life, for what happens within a millisecond. */
const TYPES: readonly TraceEntry['type'][] = ['Pub', 'EndTransaction', 'Recall', 'SubBefore', 'SubAfter']

/** Anybody may write to the trace topic: a message that is no trace is skipped. */
function tracesIn(message: Message): MessageTrace[] {
  const { bornHost: clientHost, storeTimestamp } = message
  try {
    return decodeTraceData(message.body).map((entry) => ({
      ...entry,
      timeStamp: entry.timeStamp ?? storeTimestamp,
      clientHost,
    }))
  } catch (error) {
    if (isRocketeerError(error, 'BODY_MALFORMED') || isRocketeerError(error, 'BODY_DAMAGED')) return []
    throw error
  }
}

/** Properties that tell of the deliveries so far, or that a broker would act on again. */
const OF_EARLIER_DELIVERIES: ReadonlySet<string> = new Set([
  PropertyName.DELAY_LEVEL,
  PropertyName.REAL_TOPIC,
  PropertyName.REAL_QUEUE_ID,
  PropertyName.RECONSUME_TIME,
  PropertyName.MAX_RECONSUME_TIMES,
  PropertyName.CONSUME_START_TIME,
  PropertyName.TRANSACTION_PREPARED,
  PropertyName.MIN_OFFSET,
  PropertyName.MAX_OFFSET,
  PropertyName.DLQ_ORIGIN_TOPIC,
  PropertyName.DLQ_ORIGIN_MESSAGE_ID,
  PropertyName.DEAD_LETTER_REASON,
])

const ANY_QUEUE = -1

import { isRocketeerError } from '@rocketeer/foundation'
import { parseDelayLevels, RETRY_TOPIC_PREFIX, SystemTopic, TRANSACTION_GROUP } from '@rocketeer/protocol'
import { parseJavaProperties } from '@rocketeer/protocol/bodies'
import { getBrokerConfig } from '@rocketeer/protocol/commands'
import { encodeProperties, PropertyName, timerDueAt } from '@rocketeer/protocol/record'
import type { Message } from '../messages/received-message.js'
import { pullFromQueue } from '../pulling/pull.js'
import type { AdminNeeds } from './cluster.js'
import { committedIn } from './failed-messages.js'
import { queryBrokers } from './message-index.js'

/** Why a message that is stored is not in its topic. */
export interface Undelivered {
  /**
   * `delayed`: it waits in a delay level; `timed`: for its delivery time; `half`: for the outcome of its transaction. Never
   * delivered are those that are `recalled`, `rolled-back`, or `given-up`, because nobody knew the outcome of the transaction.
   */
  state: 'delayed' | 'timed' | 'half' | 'recalled' | 'rolled-back' | 'given-up'
  /** Where it goes. */
  topic: string
  /** When it is delivered, milliseconds since the epoch; undefined for a transaction, or when the broker does not say. */
  until: number | undefined
  /** Its delay level; undefined in the other states. */
  level: number | undefined
  /** How many times a producer was asked for the outcome of its transaction. */
  checks: number | undefined
  /** The producers that are asked. */
  producerGroup: string | undefined
}

/** Where messages lie that are not in their topics yet, or never get there. */
const WAITING_TOPICS: readonly string[] = [
  SystemTopic.SCHEDULE,
  SystemTopic.TIMER,
  SystemTopic.TRANSACTION_HALF,
  SystemTopic.TRANSACTION_CHECK_MAX_TIME,
]

/** Operation messages of a transaction that are looked at; a broker keeps few that it still needs. */
const OPERATIONS_MAX = 1_000

/** Whether this is a message that waits, or waited, outside of its topic, and not a retry that does. */
export function isOutsideTopic({ queue, properties }: Message): boolean {
  const topic = properties[PropertyName.REAL_TOPIC]
  return WAITING_TOPICS.includes(queue.topic) && topic !== undefined && !topic.startsWith(RETRY_TOPIC_PREFIX)
}

/** Messages outside of their topics with this unique id or key; of one that was stored again, the copy stored last. */
export async function outsideTopics(
  needs: AdminNeeds,
  { brokerNames, ...query }: { brokerNames: readonly string[]; key: string; unique: boolean },
): Promise<Message[]> {
  const newest = new Map<string, Message>()
  for (const topic of WAITING_TOPICS) {
    const found = (await queryBrokers(needs, brokerNames, { ...query, topic })).filter(isOutsideTopic)
    for (const message of found) {
      const known = newest.get(message.messageId)
      if (known === undefined || known.physicalOffset < message.physicalOffset)
        newest.set(message.messageId, message)
    }
  }
  return [...newest.values()]
}

/** Why this message, the last copy of it outside of its topic, is not in that. */
export async function whyUndelivered(needs: AdminNeeds, message: Message): Promise<Undelivered> {
  const { queue, properties } = message
  const nothing = { until: undefined, level: undefined, checks: undefined, producerGroup: undefined }
  const topic = properties[PropertyName.REAL_TOPIC] ?? queue.topic
  if (queue.topic === SystemTopic.SCHEDULE) {
    const level = queue.queueId + 1
    const delayMs = await delayOf(needs, queue.brokerName, level)
    const until = delayMs === undefined ? undefined : message.storeTimestamp + delayMs
    return { ...nothing, state: 'delayed', topic, level, until }
  }
  if (queue.topic === SystemTopic.TIMER) {
    const state = (await isRecalled(needs, message)) ? 'recalled' : 'timed'
    return { ...nothing, state, topic, until: timerDueAt(encodeProperties(properties)) }
  }
  const state = await transactionState(needs, message)
  const checks = Number(properties[PropertyName.TRANSACTION_CHECK_TIMES] ?? 0)
  return { ...nothing, state, topic, checks, producerGroup: properties[PropertyName.PRODUCER_GROUP] }
}

/** Each broker has its own delays. Undefined when it does not say. */
async function delayOf(needs: AdminNeeds, brokerName: string, level: number): Promise<number | undefined> {
  const { body } = await needs.brokers.call(brokerName, getBrokerConfig, {}, { orAny: true })
  const levels = parseJavaProperties(body.toString()).get('messageDelayLevel')
  try {
    return levels === undefined ? undefined : parseDelayLevels(levels)[level - 1]
  } catch (error) {
    if (isRocketeerError(error, 'DELAY_LEVELS_MALFORMED')) return undefined
    throw error
  }
}

/** What recalls a message has its unique id and lies beside it. */
async function isRecalled(needs: AdminNeeds, { queue, messageId }: Message): Promise<boolean> {
  const query = { topic: SystemTopic.TIMER, key: messageId, unique: true }
  const copies = await queryBrokers(needs, [queue.brokerName], query)
  return copies.some(({ properties }) => properties[PropertyName.TIMER_DELETE_KEY] !== undefined)
}

/**
 * A broker has finished with the half messages before its own group's offset, and names others whose transactions have
 * ended in operation messages.
 */
async function transactionState(
  needs: AdminNeeds,
  { queue, queueOffset }: Message,
): Promise<'half' | 'rolled-back' | 'given-up'> {
  if (queue.topic === SystemTopic.TRANSACTION_CHECK_MAX_TIME) return 'given-up'
  const finished = await committedIn(needs, TRANSACTION_GROUP, queue)
  if (finished !== undefined && queueOffset < finished) return 'rolled-back'
  const operations = { ...queue, topic: SystemTopic.TRANSACTION_OPERATION }
  let offset = (await committedIn(needs, TRANSACTION_GROUP, operations)) ?? 0
  for (let looked = 0; looked < OPERATIONS_MAX; ) {
    const { messages, nextOffset } = await pullFromQueue(needs, { queue: operations, offset }, {})
    if (messages.some((message) => message.text().split(',').includes(String(queueOffset))))
      return 'rolled-back'
    if (nextOffset <= offset) break
    looked += messages.length
    offset = nextOffset
  }
  return 'half'
}

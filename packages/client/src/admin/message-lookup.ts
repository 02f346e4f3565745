import { ResponseCode } from '@rocketeer/protocol'
import { queryMessage, viewMessageById } from '@rocketeer/protocol/commands'
import { decodeMessageId, decodeRecord, decodeRecords, hostText } from '@rocketeer/protocol/record'
import { clientErrors } from '../errors.js'
import { Message } from '../messages/received-message.js'
import { pullFromQueue } from '../pulling/pull.js'
import type { MessageQueue } from '../routing/message-queue.js'
import type { AdminNeeds } from './admin-needs.js'
import { brokersOfCluster } from './cluster.js'

export interface KeyQueryOptions {
  /** 32 per broker. */
  messagesMax?: number
  /** Stored at or after; milliseconds since the epoch. */
  begin?: number
  /** Stored at or before. */
  end?: number
}

const QUERY_TIMEOUT_MS = 10_000

/**
 * By either id. The offset message id says itself where the message is; the unique id is looked up in the index of
 * `topic`. Throws `MESSAGE_NOT_FOUND`.
 */
export async function messageById(
  needs: AdminNeeds,
  messageId: string,
  topic: string | undefined,
): Promise<Message> {
  const stored = await storedMessage(needs, messageId)
  if (stored) return stored
  if (topic === undefined) {
    throw clientErrors.MESSAGE_NOT_FOUND({
      looked: `${messageId} is no offset message id of a broker of this cluster; name the topic to look for it as a unique id`,
    })
  }
  const [found] = await query(needs, topic, messageId, { messagesMax: 1 }, true)
  if (found) return found
  throw clientErrors.MESSAGE_NOT_FOUND({ looked: `${messageId} is not in the index of "${topic}"` })
}

/** Messages of a topic with this key, newest first. */
export function messagesByKey(needs: AdminNeeds, topic: string, key: string, options: KeyQueryOptions) {
  return query(needs, topic, key, options, false)
}

/** The message at this offset. Throws `MESSAGE_NOT_FOUND`. */
export async function messageAt(needs: AdminNeeds, queue: MessageQueue, offset: number): Promise<Message> {
  const { messages, minOffset, maxOffset } = await pullFromQueue(needs.brokers, needs.routes, queue, offset, {
    messagesMax: 1,
  })
  const message = messages.find((each) => each.queueOffset === offset)
  if (message) return message
  const { topic, brokerName, queueId } = queue
  throw clientErrors.MESSAGE_NOT_FOUND({
    looked: `queue ${queueId} of "${topic}" on "${brokerName}" holds offsets ${minOffset} to ${maxOffset - 1}, not ${offset}`,
  })
}

/**
 * By offset message id; undefined when it is none, or nothing is there. The address in it comes from whoever gave it to
 * us: only brokers of this cluster are asked.
 */
export async function storedMessage(needs: AdminNeeds, messageId: string): Promise<Message | undefined> {
  if (!/^(?:[0-9a-f]{32}|[0-9a-f]{56})$/i.test(messageId)) return undefined
  const { storeHost, physicalOffset } = decodeMessageId(messageId)
  const broker = (await brokersOfCluster(needs)).find((each) => each.address === hostText(storeHost))
  if (broker === undefined) return undefined
  const response = await needs.brokers.callAddress(
    broker.brokerName,
    broker.address,
    viewMessageById,
    { offset: physicalOffset },
    undefined,
    { timeoutMs: QUERY_TIMEOUT_MS, accept: [ResponseCode.SYSTEM_ERROR, ResponseCode.QUERY_NOT_FOUND] },
  )
  if (response.code !== ResponseCode.SUCCESS) return undefined
  return new Message(decodeRecord(response.body, 0), broker.brokerName)
}

async function query(
  needs: AdminNeeds,
  topic: string,
  key: string,
  options: KeyQueryOptions,
  unique: boolean,
): Promise<Message[]> {
  const { brokerNames } = await needs.routes.existing(topic)
  return queryBrokers(needs, brokerNames, topic, key, { ...options, unique })
}

export interface IndexQuery extends KeyQueryOptions {
  /** `key` is a unique id. */
  unique: boolean
}

/** What the index of each of these brokers has under a key, newest first; topics without a route can be asked for, too. */
export async function queryBrokers(
  needs: AdminNeeds,
  brokerNames: readonly string[],
  topic: string,
  key: string,
  { messagesMax = 32, begin = 0, end = Number.MAX_SAFE_INTEGER, unique }: IndexQuery,
): Promise<Message[]> {
  const found = await Promise.all(
    brokerNames.map(async (brokerName) => {
      const fields = {
        topic,
        key,
        maxNum: messagesMax,
        beginTimestamp: begin,
        endTimestamp: end,
        uniqueKeyQuery: unique,
        bname: brokerName,
      }
      const response = await needs.brokers.call(brokerName, queryMessage, fields, undefined, {
        timeoutMs: QUERY_TIMEOUT_MS,
        accept: [ResponseCode.QUERY_NOT_FOUND],
        orAny: true,
      })
      if (response.code !== ResponseCode.SUCCESS) return []
      return decodeRecords(response.body).map((record) => new Message(record, brokerName))
    }),
  )
  // The index knows hashes only: others with the same one come along.
  return found
    .flat()
    .filter((message) => (unique ? message.messageId === key : message.keys.includes(key)))
    .sort((a, b) => b.storeTimestamp - a.storeTimestamp)
}

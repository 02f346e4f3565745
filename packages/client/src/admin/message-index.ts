import { ResponseCode } from '@rocketeer/protocol'
import { queryMessage, viewMessageById } from '@rocketeer/protocol/commands'
import { decodeMessageId, decodeRecord, decodeRecords, hostText } from '@rocketeer/protocol/record'
import { Message } from '../messages/received-message.js'
import { type AdminNeeds, brokersOfCluster } from './cluster.js'

/** Which messages to look for. */
export interface KeyQueryOptions {
  /** 32 per broker, which finds at most `queryMessagesMax` (64; Apache: maxMsgsNumBatch). */
  messagesMax?: number | undefined
  /** Stored at or after; milliseconds since the epoch. */
  since?: number | undefined
  /** Stored at or before; milliseconds since the epoch. */
  until?: number | undefined
}

interface IndexQuery extends KeyQueryOptions {
  topic: string
  key: string
  /** `key` is a unique id. */
  unique: boolean
}

const QUERY_TIMEOUT_MS = 10_000

/**
 * Finds a message by its offset message id; undefined when the id is none, or nothing is stored there. Anybody can
 * write an address into such an id, so only brokers of this cluster are asked.
 */
export async function storedMessage(needs: AdminNeeds, messageId: string): Promise<Message | undefined> {
  if (!/^(?:[0-9a-f]{32}|[0-9a-f]{56})$/i.test(messageId)) return undefined
  const { storeHost, physicalOffset } = decodeMessageId(messageId)
  const broker = (await brokersOfCluster(needs)).find((each) => each.address === hostText(storeHost))
  if (broker === undefined) return undefined
  const response = await needs.brokers.callAddress(
    broker,
    viewMessageById,
    { offset: physicalOffset },
    { timeoutMs: QUERY_TIMEOUT_MS, accept: [ResponseCode.SYSTEM_ERROR, ResponseCode.QUERY_NOT_FOUND] },
  )
  if (response.code !== ResponseCode.SUCCESS) return undefined
  return new Message(decodeRecord(response.body, 0), broker.brokerName)
}

/** The messages that the indexes of the topic's brokers have under a key, newest first. */
export async function queryTopic(needs: AdminNeeds, query: IndexQuery): Promise<Message[]> {
  const { brokerNames } = await needs.routes.existing(query.topic)
  return queryBrokers(needs, brokerNames, query)
}

/** The same on these brokers; topics without a route can be asked for, too. */
export async function queryBrokers(
  needs: AdminNeeds,
  brokerNames: readonly string[],
  { topic, key, unique, messagesMax = 32, since = 0, until = Number.MAX_SAFE_INTEGER }: IndexQuery,
): Promise<Message[]> {
  const found = await Promise.all(
    brokerNames.map(async (brokerName) => {
      const fields = {
        topic,
        key,
        maxNum: messagesMax,
        beginTimestamp: since,
        endTimestamp: until,
        uniqueKeyQuery: unique,
        bname: brokerName,
      }
      const response = await needs.brokers.call(brokerName, queryMessage, fields, {
        timeoutMs: QUERY_TIMEOUT_MS,
        accept: [ResponseCode.QUERY_NOT_FOUND],
        orAny: true,
      })
      if (response.code !== ResponseCode.SUCCESS) return []
      return decodeRecords(response.body).map((record) => new Message(record, brokerName))
    }),
  )
  // The index has only hashes, so messages of other keys with the same hash come along.
  return found
    .flat()
    .filter((message) => (unique ? message.messageId === key : message.keys.includes(key)))
    .sort((a, b) => b.storeTimestamp - a.storeTimestamp)
}

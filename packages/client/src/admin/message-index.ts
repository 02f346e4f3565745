import { ResponseCode } from '@rocketeer/protocol'
import { queryMessage, viewMessageById } from '@rocketeer/protocol/commands'
import {
  decodeMessageId,
  decodeRecord,
  decodeRecords,
  type EncodedHost,
  type MessageRecord,
  parseHost,
} from '@rocketeer/protocol/record'
import { Message } from '../messages/received-message.js'
import { type AdminNeeds, type BrokerAddress, brokersOfCluster } from './cluster.js'

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
 * write an address into such an id, so only brokers of this cluster are asked. Rejects when a broker that may have the
 * message cannot be asked.
 */
export async function storedMessage(needs: AdminNeeds, messageId: string): Promise<Message | undefined> {
  if (!/^(?:[0-9a-f]{32}|[0-9a-f]{56})$/i.test(messageId)) return undefined
  const { storeHost, physicalOffset } = decodeMessageId(messageId)
  // Most unique ids of Java clients look like this: as long, but no log has such an offset.
  if (!Number.isSafeInteger(physicalOffset)) return undefined
  const brokers = await brokersOfCluster(needs)
  const named = brokers.filter(({ address }) => parseHost(address)?.equals(storeHost))
  // The id holds the address in figures as the broker saw it: behind a host name, a port mapping or a new address it is
  // none of those that are advertised, and each broker is asked whether the message is its own.
  const asked = named.length > 0 ? named : brokers
  const answers = await Promise.allSettled(
    asked.map((broker) => messageAt(needs, { broker, storeHost, physicalOffset })),
  )
  for (const answer of answers) if (answer.status === 'fulfilled' && answer.value) return answer.value
  for (const answer of answers) if (answer.status === 'rejected') throw answer.reason
  return undefined
}

interface StoredPlace {
  readonly broker: BrokerAddress
  readonly storeHost: EncodedHost
  readonly physicalOffset: number
}

/** The message that a broker stored there under this address of its own. */
async function messageAt(
  needs: AdminNeeds,
  { broker, storeHost, physicalOffset }: StoredPlace,
): Promise<Message | undefined> {
  const response = await needs.brokers.callAddress(
    broker,
    viewMessageById,
    { offset: physicalOffset },
    { timeoutMs: QUERY_TIMEOUT_MS, accept: [ResponseCode.SYSTEM_ERROR, ResponseCode.QUERY_NOT_FOUND] },
  )
  if (response.code !== ResponseCode.SUCCESS) return undefined
  const record = recordIn(response.body)
  if (record?.physicalOffset !== physicalOffset || !record.storeHost.equals(storeHost)) return undefined
  return new Message(record, broker.brokerName)
}

/** Undefined for what is none: within a record of another message, Apache's broker takes any bytes for one. */
function recordIn(body: Buffer): MessageRecord | undefined {
  try {
    return decodeRecord(body, 0)
  } catch {
    return undefined
  }
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

import { decodeProperties, encodeHost, encodeProperties, PropertyName } from '@rocketeer/protocol/record'
import { type MessageToSend, prepareMessage } from '../messages/outgoing.js'
import { Message } from '../messages/received-message.js'

/** What `fakeMessage` takes: what a producer gives, and what brokers add to it. Everything has a default. */
export interface FakeMessageOptions
  extends Pick<MessageToSend, 'key' | 'keys' | 'tag' | 'priority' | 'properties' | 'flag'> {
  /** `'test'`. */
  topic?: string | undefined
  /** Bytes, or a text; `'body'`. */
  body?: string | Uint8Array | undefined
  /** None. */
  orderKey?: string | undefined
  /** A new one each time. */
  messageId?: string | undefined
  /** How many times it has been delivered again, 0. */
  reconsumeTimes?: number | undefined
  /** `'broker-a'`. */
  brokerName?: string | undefined
  /** 0. */
  queueId?: number | undefined
  /** 0. */
  queueOffset?: number | undefined
  /** When it was sent, a date or milliseconds since the epoch; now. */
  bornTimestamp?: Date | number | undefined
  /** When it was stored, a date or milliseconds since the epoch; when it was sent. */
  storeTimestamp?: Date | number | undefined
}

const BORN_HOST = encodeHost('127.0.0.1', 50_000)
const STORE_HOST = encodeHost('127.0.0.1', 10_911)
const NO_LIMITS = { messageBytesMax: Number.POSITIVE_INFINITY, delayLevelMax: Number.POSITIVE_INFINITY }

/**
 * A message as a handler gets it, for unit tests of handlers without a broker:
 *
 *     await grantCoupon(fakeMessage({ key: 'order-1', body: JSON.stringify({ id: 1 }), reconsumeTimes: 2 }))
 *
 * Throws what a producer would throw of such a message: `TOPIC_INVALID` or `MESSAGE_INVALID`.
 */
export function fakeMessage(options: FakeMessageOptions = {}): Message {
  const { topic = 'test', body = 'body', key, keys, tag, priority, properties: own, flag } = options
  const { orderKey, messageId, brokerName = 'broker-a', ...facts } = options
  const message = { topic, body, key, keys, tag, priority, properties: own, flag }
  const prepared = prepareMessage(message, NO_LIMITS, orderKey)
  const properties = decodeProperties(prepared.properties)
  const bornTimestamp = Number(facts.bornTimestamp ?? Date.now())
  const record = {
    topic,
    body: prepared.body,
    properties: encodeProperties({
      ...properties,
      [PropertyName.UNIQUE_KEY]: messageId ?? prepared.messageId,
    }),
    flag: prepared.flag,
    queueId: facts.queueId ?? 0,
    queueOffset: facts.queueOffset ?? 0,
    reconsumeTimes: facts.reconsumeTimes ?? 0,
    bornTimestamp,
    storeTimestamp: Number(facts.storeTimestamp ?? bornTimestamp),
    bornHost: BORN_HOST,
    storeHost: STORE_HOST,
    sysFlag: 0,
    physicalOffset: 0,
    totalSize: 0,
    bodyCrc: 0,
    preparedTransactionOffset: 0,
  }
  return new Message(record, brokerName)
}

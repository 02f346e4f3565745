import { isUtf8 } from 'node:buffer'
import {
  DEAD_LETTER_TOPIC_PREFIX,
  PopPropertyName,
  popOriginTopicOf,
  RETRY_TOPIC_PREFIX,
} from '@rocketeer/protocol'
import {
  decodeProperties,
  encodeMessageId,
  hostText,
  type MessageRecord,
  PropertyName,
  withoutProperty,
  withProperties,
} from '@rocketeer/protocol/record'
import { decompress } from './compression.js'
import { isReservedProperty } from './reserved-properties.js'

/** A received message. Costly properties are computed when they are read. */
export class Message {
  /** The topic it was sent to, also when this is a retry or a dead letter, which lie in topics of their own. */
  readonly topic: string
  /** The queue it was read from; its topic is the one the message lies in. */
  readonly queue: { readonly topic: string; readonly brokerName: string; readonly queueId: number }
  /** Its offset in that queue. */
  readonly queueOffset: number
  /** All properties, RocketMQ's own among them; `userProperties` are the sender's. */
  readonly properties: Readonly<Record<string, string>>
  /** How many times it has been delivered again; 0 at the first delivery. */
  readonly reconsumeTimes: number
  readonly #record: MessageRecord
  #body: Buffer | undefined

  /** @internal */
  constructor(record: MessageRecord, brokerName: string, reconsumeTimes: number = record.reconsumeTimes) {
    this.#record = record
    this.properties = decodeProperties(record.properties)
    this.topic = isRetry(record.topic) ? originTopicOf(record.topic, this.properties) : record.topic
    this.queue = { topic: record.topic, brokerName, queueId: record.queueId }
    this.queueOffset = record.queueOffset
    this.reconsumeTimes = reconsumeTimes
  }

  /** The body, unpacked. Throws `BODY_DAMAGED`. */
  get body(): Buffer {
    this.#body ??= decompress(this.#record.body, this.#record.sysFlag, this.messageId)
    return this.#body
  }

  /** The body as UTF-8. */
  text(): string {
    return this.body.toString('utf8')
  }

  /** The body as JSON; throws a SyntaxError when it is not. */
  json<Value = unknown>(): Value {
    return JSON.parse(this.text())
  }

  /** The first of `keys`; undefined without one. */
  get key(): string | undefined {
    return this.keys[0]
  }

  /** The keys by which brokers index it. */
  get keys(): string[] {
    return this.properties[PropertyName.KEYS]?.split(' ').filter(Boolean) ?? []
  }

  /** Undefined without one. */
  get tag(): string | undefined {
    return this.properties[PropertyName.TAGS]
  }

  /** The priority its sender gave it; undefined without one. */
  get priority(): number | undefined {
    const priority = this.properties[PropertyName.PRIORITY]
    return priority !== undefined && /^\d+$/.test(priority) ? Number(priority) : undefined
  }

  /** The `orderKey` its sender gave it; undefined without one. */
  get orderKey(): string | undefined {
    return this.properties[PropertyName.SHARDING_KEY]
  }

  /** Why it is a dead letter, as far as its consumer said (`toDeadLetters`); undefined for any other message. */
  get deadLetterReason(): string | undefined {
    return this.properties[PropertyName.DEAD_LETTER_REASON]
  }

  /** How often it was given to its group again as a dead letter; 0 when it never was. */
  get replayTimes(): number {
    const times = Number(this.properties[PropertyName.REPLAY_TIMES] ?? 0)
    return Number.isSafeInteger(times) && times > 0 ? times : 0
  }

  /** The unique id its producer gave it; the same in every redelivery. */
  get messageId(): string {
    return this.properties[PropertyName.UNIQUE_KEY] ?? this.offsetMessageId
  }

  /** Where this copy is stored: broker address and physical offset. */
  get offsetMessageId(): string {
    return encodeMessageId(this.#record.storeHost, this.#record.physicalOffset)
  }

  /** The properties its sender set, without RocketMQ's own. */
  get userProperties(): Record<string, string> {
    return Object.fromEntries(Object.entries(this.properties).filter(([name]) => !isReservedProperty(name)))
  }

  /** Milliseconds since the epoch, by the producer's clock. */
  get bornTimestamp(): number {
    return this.#record.bornTimestamp
  }

  /** Milliseconds since the epoch, by the broker's clock. */
  get storeTimestamp(): number {
    return this.#record.storeTimestamp
  }

  /** `ip:port` of the producer. */
  get bornHost(): string {
    return hostText(this.#record.bornHost)
  }

  /** `ip:port` of the broker that stored it. */
  get storeHost(): string {
    return hostText(this.#record.storeHost)
  }

  /** Its offset in the commit log of its broker. */
  get physicalOffset(): number {
    return this.#record.physicalOffset
  }

  /** The body as it is stored, packed if its producer packed it (see `sysFlag`). */
  get storedBody(): Buffer {
    return this.#record.body
  }

  /** Bytes of `storedBody`. */
  get storedBodyBytes(): number {
    return this.#record.body.length
  }

  /** RocketMQ's own bits: packing, transaction, kind of addresses. Apache: MessageSysFlag. */
  get sysFlag(): number {
    return this.#record.sysFlag
  }

  /** The sender's 32 bits. Apache: Message.flag. */
  get flag(): number {
    return this.#record.flag
  }

  /** The same message with another `reconsumeTimes`, as when it is handled again without going back to its broker. */
  withReconsumeTimes(reconsumeTimes: number): Message {
    return new Message(this.#record, this.queue.brokerName, reconsumeTimes)
  }

  /**
   * The same message with other failed attempts; see `failuresOf`.
   * @internal
   */
  withFailureHistory(encoded: string): Message {
    const others = withoutProperty(this.#record.properties, PropertyName.FAILURE_HISTORY)
    const properties = withProperties(others, { [PropertyName.FAILURE_HISTORY]: encoded })
    return new Message({ ...this.#record, properties }, this.queue.brokerName, this.reconsumeTimes)
  }

  /**
   * What `JSON.stringify` shows: everything, with the body as the text `body`, or as `bodyBase64` where it is not UTF-8, so
   * that nothing of it is lost.
   */
  toJSON(): object {
    const { topic, messageId, offsetMessageId, tag, keys, queue, queueOffset, reconsumeTimes, properties } =
      this
    const { bornTimestamp, storeTimestamp, bornHost, storeHost } = this
    return {
      topic,
      messageId,
      offsetMessageId,
      tag,
      keys,
      queue,
      queueOffset,
      reconsumeTimes,
      bornTimestamp,
      storeTimestamp,
      bornHost,
      storeHost,
      properties,
      ...(isUtf8(this.body) ? { body: this.text() } : { bodyBase64: this.body.toString('base64') }),
    }
  }
}

/** Only the name of its retry topic tells the origin of a message that was popped before. */
function originTopicOf(storedIn: string, properties: Readonly<Record<string, string>>): string {
  const topic = properties[PropertyName.RETRY_TOPIC] || storedIn
  const group = properties[PopPropertyName.ORIGIN_GROUP]
  return group === undefined ? topic : popOriginTopicOf(topic, group)
}

/** Records of the dead-letter topic keep their origin in RETRY_TOPIC too. */
function isRetry(topic: string): boolean {
  return topic.startsWith(RETRY_TOPIC_PREFIX) || topic.startsWith(DEAD_LETTER_TOPIC_PREFIX)
}

import { type Clock, messageOf } from '@rocketeer/foundation'
import {
  ConsumeReturnType,
  type RecallHandle,
  type TraceEntry,
  type TraceTransactionState,
} from '@rocketeer/protocol'
import { type MessageProperties, PropertyName } from '@rocketeer/protocol/record'
import type { Message } from '../messages/received-message.js'
import { createMessageId } from '../messages/unique-id.js'
import type { Delivered } from '../sending/delivery.js'
import type { Parcel } from '../sending/parcel.js'
import { DEFAULT_REGION, sentEntries } from './sent-entries.js'
import { TraceSender, type TraceSenderNeeds } from './trace-sender.js'

const STATES = {
  commit: 'COMMIT_MESSAGE',
  rollback: 'ROLLBACK_MESSAGE',
  unknown: 'UNKNOW',
} as const satisfies Record<string, TraceTransactionState>

/** What a producer tells a broker of a transaction. */
interface TransactionEnd {
  topic: string
  messageId: string
  properties: MessageProperties
  /** `ip:port` of the broker. */
  storeHost: () => string
  outcome: keyof typeof STATES
  fromCheck: boolean
}

/** A broker's answer to a recall. */
interface TracedRecall {
  handle: RecallHandle
  /** The broker's, where it says. */
  region?: string | undefined
  success: boolean
}

/** A call of a handler being traced. */
interface TracedCall {
  /** `returned`: a `ConsumeReturnType`. */
  end(returned: number, success: boolean): void
}

/**
 * Notes what producers and consumers of a client do with messages, except those of the trace topic itself. Nothing here
 * throws or waits. Apache: SendMessageTraceHookImpl, ConsumeMessageTraceHookImpl, EndTransactionTraceHookImpl,
 * DefaultRecallMessageTraceHook.
 */
export class Tracer {
  readonly #needs: TraceSenderNeeds
  readonly #clock: Clock
  readonly #sender: TraceSender

  constructor(needs: TraceSenderNeeds) {
    this.#needs = needs
    this.#clock = needs.clock
    this.#sender = new TraceSender(needs)
  }

  /** For the deliveries of a producer in the group: a broker has stored what was sent to it at `sentAt`. */
  senderIn(group: string): (parcel: Parcel, delivered: Delivered, sentAt: number) => void {
    return (parcel, delivered, sentAt) => {
      if (delivered.fields.traceOn === false || this.#isOwn(parcel.topic)) return
      this.#note(parcel.topic, () => {
        const storeHost = this.#needs.brokers.addressOf(delivered.queue.brokerName, {})
        const costTime = this.#clock.now() - sentAt
        return sentEntries({ group, parcel, delivered, storeHost, sentAt, costTime })
      })
    }
  }

  /** A handler of the group gets these messages, which are of one topic; undefined when none of them is traced. */
  given(group: string, messages: readonly Message[]): TracedCall | undefined {
    const traced = messages.filter(({ properties }) => properties[PropertyName.TRACE_SWITCH] !== 'false')
    const [first] = traced
    if (first === undefined || this.#isOwn(first.topic)) return undefined
    const timeStamp = this.#clock.now()
    const requestId = createMessageId()
    this.#note(first.topic, () =>
      traced.map((message) => ({
        type: 'SubBefore',
        timeStamp,
        regionId: message.properties[PropertyName.MESSAGE_REGION] ?? DEFAULT_REGION,
        groupName: group,
        requestId,
        msgId: message.messageId,
        retryTimes: message.reconsumeTimes,
        keys: message.properties[PropertyName.KEYS],
      })),
    )
    return {
      end: (returned, success) =>
        this.#note(first.topic, () => {
          const now = this.#clock.now()
          const costTime = Math.trunc((now - timeStamp) / messages.length)
          return traced.map(({ messageId, properties }) => ({
            type: 'SubAfter',
            requestId,
            msgId: messageId,
            costTime,
            success,
            keys: properties[PropertyName.KEYS],
            contextCode: returned,
            timeStamp: now,
            groupName: group,
          }))
        }),
    }
  }

  /** A poll gave these to an application: they count as consumed, since their handling cannot be seen. */
  polled(group: string, messages: readonly Message[]): void {
    const byTopic = new Map<string, Message[]>()
    for (const message of messages) {
      const others = byTopic.get(message.topic)
      if (others) others.push(message)
      else byTopic.set(message.topic, [message])
    }
    for (const each of byTopic.values()) this.given(group, each)?.end(ConsumeReturnType.SUCCESS, true)
  }

  /** A producer tells a broker what became of a transaction. */
  ended(group: string, end: TransactionEnd): void {
    if (this.#isOwn(end.topic)) return
    this.#note(end.topic, () => [
      {
        type: 'EndTransaction',
        timeStamp: this.#clock.now(),
        regionId: end.properties[PropertyName.MESSAGE_REGION] ?? DEFAULT_REGION,
        groupName: group,
        topic: end.topic,
        msgId: end.messageId,
        tags: end.properties[PropertyName.TAGS],
        keys: end.properties[PropertyName.KEYS],
        storeHost: end.storeHost(),
        msgType: 'Trans_msg_Commit',
        transactionId: end.messageId,
        transactionState: STATES[end.outcome],
        fromTransactionCheck: end.fromCheck,
      },
    ])
  }

  /** A broker was asked to take a message back, and did or did not. */
  recalled(group: string, { handle, region, success }: TracedRecall): void {
    const { topic, uniqueKey } = handle
    if (this.#isOwn(topic)) return
    const timeStamp = this.#clock.now()
    const regionId = region || DEFAULT_REGION
    this.#note(topic, () => [
      { type: 'Recall', timeStamp, regionId, groupName: group, topic, msgId: uniqueKey, success },
    ])
  }

  /** Sends what waits, for `closeTimeoutMs` at most. */
  close(): Promise<void> {
    return this.#sender.close()
  }

  #isOwn(topic: string): boolean {
    return topic === this.#needs.config.topic
  }

  /** A failure to trace must not become a failure of the message. */
  #note(topic: string, entries: () => readonly TraceEntry[]): void {
    try {
      for (const entry of entries()) this.#sender.append(topic, entry)
    } catch (error) {
      this.#sender.drop(1, messageOf(error))
    }
  }
}

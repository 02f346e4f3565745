import type { EncodedHost } from '@rocketeer/protocol/record'
import type { AppendResult } from '@rocketeer/store'

/** What a producer says of a message besides its body, in the names of Apache's SendMessageRequestHeader. */
export interface SendFields {
  readonly producerGroup: string
  readonly topic: string
  /** The topic whose configuration a new one takes over. */
  readonly defaultTopic: string
  readonly defaultTopicQueueNums: number
  /** Negative: the broker chooses. */
  readonly queueId: number
  readonly sysFlag: number
  /** Milliseconds since the epoch. */
  readonly bornTimestamp: number
  readonly flag: number
  /** As the record holds them. */
  readonly properties?: string | undefined
  readonly reconsumeTimes?: number | undefined
  readonly unitMode?: boolean | undefined
  readonly batch?: boolean | undefined
  readonly maxReconsumeTimes?: number | undefined
}

/** One message or a batch, and who sends it. The requests of all send commands have this shape. */
export interface SendRequest {
  readonly fields: SendFields
  readonly body: Buffer
  /** Version of the producer's RocketMQ, an ordinal of MQVersion. */
  readonly version: number
  readonly connection: {
    readonly remoteAddress: string
    readonly remoteHost: EncodedHost
  }
}

/** A message or a batch that is in the log. The response header is encoded from this object. */
export interface SentMessage {
  readonly status: AppendResult['status']
  /** The offset message id; those of a batch with commas between them. */
  readonly msgId: string
  /** The queue the message is for, also when it has to wait in another one first. */
  readonly queueId: number
  readonly queueOffset: number
  /** The unique key. */
  readonly transactionId: string | undefined
  /** Names a message that waits for its delivery time, to recall it. */
  readonly recallHandle?: string | undefined
  readonly region: string
  readonly traceOn: boolean
}

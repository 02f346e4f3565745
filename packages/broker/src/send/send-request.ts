import type { EncodedHost } from '@rocketeer/protocol/record'
import type { AppendResult } from '@rocketeer/store'

/** What a producer says of a message besides its body, in the names of Apache's SendMessageRequestHeader. */
export interface SendFields {
  readonly producerGroup: string
  readonly topic: string
  /** The topic whose settings a new one takes over. */
  readonly defaultTopic: string
  readonly defaultTopicQueueNums: number
  /** Negative: any. */
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

/** One message or a batch, and who sends it: a request under any of the codes of sending is one as it is. */
export interface SendRequest {
  readonly fields: SendFields
  readonly body: Buffer
  /** Of the producer's RocketMQ. */
  readonly version: number
  readonly connection: {
    readonly remoteAddress: string
    readonly remoteHost: EncodedHost
  }
}

/** A message that is in the log, or a batch; the response header of sending is made of it as it is. */
export interface SentMessage {
  readonly status: AppendResult['status']
  /** The offset message id; those of a batch with commas between them. */
  readonly msgId: string
  /** Where the message is going, also when it has to wait elsewhere first. */
  readonly queueId: number
  readonly queueOffset: number
  /** The unique key. */
  readonly transactionId: string | undefined
  /** Takes back a message that waits for its time. */
  readonly recallHandle?: string | undefined
  readonly region: string
  readonly traceOn: boolean
}

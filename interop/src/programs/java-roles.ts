import type { JavaHost, JavaRole } from './java-host.js'

/** The Java client's result of a send; ids of a batch are separated by commas. */
export interface SendResult {
  status: string
  messageId: string
  offsetMessageId: string
  queueId: number
  queueOffset: number
}

export interface JavaMessage {
  topic: string
  body: string
  /** How often the body is repeated. */
  repeat?: number
  tag?: string
  keys?: string
  properties?: Record<string, string>
}

export interface PushArguments {
  nameservers: string
  group: string
  topic: string
  expression?: string
  orderly?: boolean
  model?: 'CLUSTERING' | 'BROADCASTING'
  from?: 'CONSUME_FROM_FIRST_OFFSET' | 'CONSUME_FROM_LAST_OFFSET' | 'CONSUME_FROM_TIMESTAMP'
  /** `yyyyMMddHHmmss` in local time, with `CONSUME_FROM_TIMESTAMP`. */
  timestamp?: string
  instance?: string
  maxReconsumeTimes?: number
  /** How many deliveries of each message whose body begins with `stubborn` the listener fails. */
  failures?: number
  suspendMs?: number
  /** How long the listener takes. */
  workMs?: number
  /** Replies to requests with this text, followed by the request's. */
  replies?: string
}

/** A push consumer that begins at the first message unless told otherwise. */
export function openPush(host: JavaHost, args: PushArguments): Promise<JavaRole> {
  return host.open('push', {
    expression: '*',
    model: 'CLUSTERING',
    from: 'CONSUME_FROM_FIRST_OFFSET',
    ...args,
  })
}

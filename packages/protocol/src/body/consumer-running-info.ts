import { messageQueueShape } from './message-queue.js'
import { popProcessQueueInfoShape, processQueueInfoShape } from './process-queue-info.js'
import {
  bodyOf,
  decimal,
  integer,
  list,
  mapOf,
  object,
  optional,
  pairs,
  text,
  type ValueOf,
} from './shape.js'
import { subscriptionDataShape } from './subscription-data.js'

export const consumeStatusShape = object({
  pullRT: decimal(),
  pullTPS: decimal(),
  consumeRT: decimal(),
  consumeOKTPS: decimal(),
  consumeFailedTPS: decimal(),
  consumeFailedMsgs: integer(),
})

/** Rates of one topic at one consumer: times in milliseconds, rates per second. Apache: ConsumeStatus. */
export type ConsumeStatus = ValueOf<typeof consumeStatusShape>

export const consumerRunningInfoShape = object({
  properties: mapOf(text(), text()),
  subscriptionSet: list(subscriptionDataShape),
  mqTable: pairs(messageQueueShape, processQueueInfoShape),
  mqPopTable: pairs(messageQueueShape, popProcessQueueInfoShape),
  statusTable: mapOf(text(), consumeStatusShape),
  userConsumerInfo: mapOf(text(), text()),
  jstack: optional(text()),
})

/** What a consumer is doing. Apache: ConsumerRunningInfo. */
export type ConsumerRunningInfo = ValueOf<typeof consumerRunningInfoShape>

export const { encode: encodeConsumerRunningInfo, decode: decodeConsumerRunningInfo } = bodyOf(
  'ConsumerRunningInfo',
  consumerRunningInfoShape,
)

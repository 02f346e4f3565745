import type { Clock } from '@rocketeer/foundation'
import {
  decodeReceiptHandle,
  decodeStartOffsets,
  PopPropertyName,
  type ReceiptHandle,
  ResponseCode,
  type ResponseFields,
  retryMarkOf,
} from '@rocketeer/protocol'
import { popMessage } from '@rocketeer/protocol/commands'
import { decodeSoundRecords, type MessageRecord } from '@rocketeer/protocol/record'
import { Message } from '../messages/received-message.js'
import { type Subscription, wants } from '../reading/subscription.js'
import type { Brokers } from '../routing/brokers.js'
import type { Popped, PopSource } from './popped.js'

/** `full`: too many pops wait at the broker already. Apache: PopStatus. */
type PopStatus = 'found' | 'none' | 'full'

export interface PopAnswer {
  status: PopStatus
  messages: Popped[]
  /** Messages of another tag with the same hash: they only have to be acknowledged. */
  unwanted: Popped[]
  /** What is wrong with each record that is left out. */
  damage: unknown[]
}

export interface PopRequest {
  group: string
  source: PopSource
  messagesMax: number
  subscription: Subscription
  invisibleMs: number
  /** How long the broker may let the pop wait when there is nothing. */
  waitMs: number
  /** Where a group begins that has no offset yet: at the first message, or behind the last. */
  fromFirst: boolean
}

const STATUS: Readonly<Record<number, PopStatus>> = {
  [ResponseCode.SUCCESS]: 'found',
  [ResponseCode.POLLING_FULL]: 'full',
  [ResponseCode.POLLING_TIMEOUT]: 'none',
  [ResponseCode.PULL_NOT_FOUND]: 'none',
}
const EXPECTED_ANSWERS = [
  ResponseCode.POLLING_FULL,
  ResponseCode.POLLING_TIMEOUT,
  ResponseCode.PULL_NOT_FOUND,
]

/** How long to wait for the answer beyond the time a broker lets the pop wait. Apache: PullAPIWrapper.popAsync. */
const ANSWER_TIMEOUT_MS = 10_000

/** Apache: ConsumeInitMode. */
const INIT_MIN = 0
const INIT_MAX = 1

/** One pop. Throws what `Brokers.call` throws. Apache: MQClientAPIImpl.popMessageAsync. */
export async function popOnce(brokers: Brokers, clock: Clock, request: PopRequest): Promise<PopAnswer> {
  const { subscription, waitMs } = request
  const { queue } = request.source
  const response = await brokers.call(
    queue.brokerName,
    popMessage,
    {
      consumerGroup: request.group,
      topic: queue.topic,
      queueId: queue.queueId,
      maxMsgNums: request.messagesMax,
      invisibleTime: request.invisibleMs,
      pollTime: waitMs,
      // "Now", by the broker's clock: by the client's, it would refuse pops of a client whose clock runs behind.
      bornTime: 0,
      initMode: request.fromFirst ? INIT_MIN : INIT_MAX,
      expType: subscription.expressionType,
      exp: subscription.expression,
      order: false,
      bname: queue.brokerName,
    },
    { timeoutMs: waitMs + ANSWER_TIMEOUT_MS, mayWait: waitMs > 0, accept: EXPECTED_ANSWERS },
  )
  const status = STATUS[response.code]!
  const answer: PopAnswer = { status, messages: [], unwanted: [], damage: [] }
  if (status !== 'found') return answer
  // The broker checked the sums when it stored the records, and TCP has its own.
  const records = decodeSoundRecords(response.body, { checkCrc: false }, (error) => answer.damage.push(error))
  for (const popped of poppedOf(records, response.fields, request.source, clock.now()))
    (wants(subscription, popped.message.tag) ? answer.messages : answer.unwanted).push(popped)
  return answer
}

/** `receivedAt` counts, not the broker's pop time: the two clocks may differ. Apache: MQClientAPIImpl.processPopResponse. */
function poppedOf(
  records: readonly MessageRecord[],
  header: ResponseFields<typeof popMessage>,
  source: PopSource,
  receivedAt: number,
): Popped[] {
  const starts = decodeStartOffsets(header.startOffsetInfo ?? '')
  const dueAt = receivedAt + header.invisibleTime
  return records.map((record) => {
    const message = new Message(record, source.queue.brokerName)
    return { message, source, handle: handleOf(message, record, header, starts), dueAt }
  })
}

/**
 * A message of a retry topic has its handle among its properties; for the others the header tells where the check point
 * starts.
 */
function handleOf(
  message: Message,
  { topic, queueId, queueOffset }: MessageRecord,
  header: ResponseFields<typeof popMessage>,
  starts: ReadonlyMap<string, number>,
): ReceiptHandle {
  const given = message.properties[PopPropertyName.POP_CK]
  if (given !== undefined) return decodeReceiptHandle(given, { queueId, offset: queueOffset })
  const retry = retryMarkOf(topic)
  return {
    startOffset: starts.get(`${retry} ${queueId}`) ?? queueOffset,
    popTime: header.popTime,
    invisibleTime: header.invisibleTime,
    reviveQueueId: header.reviveQid,
    retry,
    brokerName: message.queue.brokerName,
    queueId,
    queueOffset,
  }
}

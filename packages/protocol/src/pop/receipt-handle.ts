import { formatCount } from '@rocketeer/foundation'
import { protocolErrors } from '../errors.js'
import { RETRY_TOPIC_PREFIX } from '../names/names.js'
import { popRetryTopicOf } from './pop-names.js'

/**
 * Identifies one delivery of a popped message: eight words, `startOffset popTime invisibleTime reviveQueueId retry
 * brokerName queueId queueOffset`. A client makes it from the header of the answer and acknowledges the message with
 * it. Apache: ExtraInfoUtil, property POP_CK.
 */
export interface ReceiptHandle {
  /** Queue offset of the first message in the same answer. */
  startOffset: number
  /** Milliseconds since the epoch, by the broker's clock. */
  popTime: number
  invisibleTime: number
  /** `POP_ORDER_REVIVE_QUEUE` when popped in order. */
  reviveQueueId: number
  retry: RetryMark
  brokerName: string
  queueId: number
  /** Queue offset of the message. */
  queueOffset: number
}

/** The topic of a queue: `0` the topic that was popped, `1` and `2` the group's retry topic of that version. */
export type RetryMark = '0' | '1' | '2'

const WORDS_MIN = 6

export function encodeReceiptHandle(handle: ReceiptHandle): string {
  const { startOffset, popTime, invisibleTime, reviveQueueId, retry, brokerName, queueId, queueOffset } =
    handle
  return `${startOffset} ${popTime} ${invisibleTime} ${reviveQueueId} ${retry} ${brokerName} ${queueId} ${queueOffset}`
}

/**
 * Reads a handle. Queue id and queue offset may be missing in the text, which are then those of `request`. Throws
 * `HANDLE_MALFORMED`, which names the bad word.
 */
export function decodeReceiptHandle(
  text: string,
  request: { queueId: number; offset: number },
): ReceiptHandle {
  const words = text.split(' ')
  if (words.length < WORDS_MIN) {
    throw protocolErrors.HANDLE_MALFORMED({
      reason: `it has ${formatCount(words.length, 'word')}, 8 are needed`,
    })
  }
  const [startOffset, popTime, invisibleTime, reviveQueueId, retry, brokerName, queueId, queueOffset] = words
  if (retry !== '0' && retry !== '1' && retry !== '2') {
    throw protocolErrors.HANDLE_MALFORMED({ reason: `its retry mark "${retry}" is none of 0, 1 and 2` })
  }
  return {
    startOffset: wholeNumber('start offset', startOffset),
    popTime: wholeNumber('pop time', popTime),
    invisibleTime: wholeNumber('invisible time', invisibleTime),
    reviveQueueId: wholeNumber('revive queue', reviveQueueId),
    retry,
    brokerName: brokerName ?? '',
    queueId: queueId === undefined ? request.queueId : wholeNumber('queue', queueId),
    queueOffset: queueOffset === undefined ? request.offset : wholeNumber('queue offset', queueOffset),
  }
}

/** The mark of a topic in handles. Apache: ExtraInfoUtil.getRetry. */
export function retryMarkOf(topic: string): RetryMark {
  if (!topic.startsWith(RETRY_TOPIC_PREFIX)) return '0'
  return topic.includes('+') ? '2' : '1'
}

/** The topic that a mark stands for. Apache: ExtraInfoUtil.getRealTopic. */
export function markedTopic(topic: string, group: string, mark: RetryMark): string {
  return mark === '0' ? topic : popRetryTopicOf(topic, group, mark === '1' ? 1 : 2)
}

/** An item of startOffsetInfo. Apache: ExtraInfoUtil.buildStartOffsetInfo. */
export function startOffsetItem(topic: string, queueId: number, startOffset: number): string {
  return `${retryMarkOf(topic)} ${queueId} ${startOffset}`
}

/**
 * The items of startOffsetInfo: the queue offset of the first message of each queue, by `retry mark, space, queue id`.
 * Apache: ExtraInfoUtil.parseStartOffsetInfo.
 */
export function decodeStartOffsets(text: string): Map<string, number> {
  const items = text.split(';').filter((item) => item !== '')
  return new Map(
    items.map((item) => {
      const space = item.lastIndexOf(' ')
      return [item.slice(0, space), wholeNumber('start offset', item.slice(space + 1))]
    }),
  )
}

/** An item of msgOffsetInfo. Apache: ExtraInfoUtil.buildMsgOffsetInfo. */
export function messageOffsetsItem(topic: string, queueId: number, offsets: readonly number[]): string {
  return `${retryMarkOf(topic)} ${queueId} ${offsets.join(',')}`
}

/**
 * Items of orderCountInfo: one message, or for old clients the whole queue. Apache: ExtraInfoUtil.build…OrderCountInfo.
 */
export function orderCountItem(
  topic: string,
  queueId: number,
  offset: number | undefined,
  count: number,
): string {
  const what = offset === undefined ? String(queueId) : `qo${queueId}%${offset}`
  return `${retryMarkOf(topic)} ${what} ${count}`
}

function wholeNumber(what: string, word: string | undefined): number {
  const value = word === undefined || word === '' ? Number.NaN : Number(word)
  if (!Number.isSafeInteger(value) || value < 0) {
    throw protocolErrors.HANDLE_MALFORMED({ reason: `its ${what} "${word}" is not a whole number` })
  }
  return value
}

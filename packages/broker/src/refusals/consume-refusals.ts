import { refusalRow } from '@rocketeer/foundation'
import { ResponseCode } from '@rocketeer/protocol'

/** A message by its queue offset. */
export interface MessageAt {
  topic: string
  queueId: number
  offset: number
}

/** Why a pull, a pop, an acknowledgement or an offset is not accepted. */
export const consumeRefusals = {
  PULLS_FULL: refusalRow<{ pulls: number }>({
    message: ({ pulls }) => `[PULL_HOLD_FULL]broker busy, ${pulls} pulls are waiting for messages already`,
    responseCode: ResponseCode.SYSTEM_BUSY,
    retryable: true,
  }),
  POP_COUNT_ILLEGAL: refusalRow<{ messages: number; messagesMax: number }>({
    message: ({ messages, messagesMax }) =>
      `pop message's num is ${messages}, it must be 1 to ${messagesMax}`,
    responseCode: ResponseCode.INVALID_PARAMETER,
  }),
  INVISIBLE_TIME_NEGATIVE: refusalRow<{ invisibleTime: number }>({
    message: ({ invisibleTime }) => `the invisible time ${invisibleTime} must not be negative`,
    responseCode: ResponseCode.INVALID_PARAMETER,
  }),
  NO_MESSAGES_NAMED: refusalRow<object>({
    message: () => 'the request names no messages',
    responseCode: ResponseCode.NO_MESSAGE,
  }),
  MESSAGE_NOT_INVISIBLE: refusalRow<MessageAt>({
    message: ({ topic, queueId, offset }) =>
      `message ${offset} of ${topic} queue ${queueId} is not waiting for this acknowledgement any more`,
    responseCode: ResponseCode.NO_MESSAGE,
  }),
  OFFSET_NOT_IN_QUEUE: refusalRow<MessageAt & { min: number; max: number }>({
    message: ({ topic, queueId, offset, min, max }) =>
      `offset is illegal, key:${topic}@${queueId}, commit:${offset}, store:${min}~${max}`,
    responseCode: ResponseCode.NO_MESSAGE,
  }),
  HANDLE_QUEUE_ILLEGAL: refusalRow<{ topic: string; queueId: number; readQueueNums: number }>({
    message: ({ topic, queueId, readQueueNums }) =>
      `queueId[${queueId}] is illegal, topic:[${topic}] topicConfig.readQueueNums:[${readQueueNums}]`,
    responseCode: ResponseCode.MESSAGE_ILLEGAL,
  }),
  HANDLE_OF_OTHER_MESSAGE: refusalRow<{
    handle: { queueId: number; queueOffset: number }
    queueId: number
    offset: number
  }>({
    message: ({ handle, queueId, offset }) =>
      `the handle is of message ${handle.queueOffset} of queue ${handle.queueId}, the request names message ${offset} of queue ${queueId}`,
    responseCode: ResponseCode.MESSAGE_ILLEGAL,
  }),
  HANDLE_OF_OTHER_BROKER: refusalRow<{ handedOutBy: string; brokerName: string }>({
    message: ({ handedOutBy, brokerName }) =>
      `the handle was given out by broker ${handedOutBy}, this is ${brokerName}`,
    responseCode: ResponseCode.MESSAGE_ILLEGAL,
  }),
  REVIVE_QUEUE_UNKNOWN: refusalRow<{ reviveQueueId: number; reviveQueues: number }>({
    message: ({ reviveQueueId, reviveQueues }) =>
      `the handle names revive queue ${reviveQueueId}, there are ${reviveQueues}`,
    responseCode: ResponseCode.MESSAGE_ILLEGAL,
  }),
  RETRY_MARK_UNKNOWN: refusalRow<{ mark: string }>({
    message: ({ mark }) => `the retry mark "${mark}" is none of 0, 1 and 2`,
    responseCode: ResponseCode.MESSAGE_ILLEGAL,
  }),
  MESSAGE_NOT_POPPED: refusalRow<MessageAt & { group: string; next: number }>({
    message: ({ topic, queueId, offset, group, next }) =>
      `message ${offset} of ${topic} queue ${queueId} was not popped by group ${group} yet, it goes on at ${next}`,
    responseCode: ResponseCode.MESSAGE_ILLEGAL,
  }),
  MESSAGE_NOT_POPPED_LAST: refusalRow<MessageAt & { group: string; committed: number }>({
    message: ({ topic, queueId, offset, group, committed }) =>
      `offset is illegal, key:${topic}@${group}@${queueId}, old:${committed}, commit:${offset}: it is not among the messages popped last`,
    responseCode: ResponseCode.MESSAGE_ILLEGAL,
  }),
  MESSAGE_NOT_IN_POP: refusalRow<MessageAt & { startOffset: number }>({
    message: ({ topic, queueId, offset, startOffset }) =>
      `message ${offset} was not in the pop of ${topic} queue ${queueId} from offset ${startOffset} that the handle names`,
    responseCode: ResponseCode.MESSAGE_ILLEGAL,
  }),
  OFFSET_NOT_COMMITTED: refusalRow<{ setZero: boolean }>({
    message: ({ setZero }) =>
      setZero
        ? 'Not found, V3_0_6_SNAPSHOT maybe this group consumer boot first'
        : 'Not found, do not set to zero, maybe this group boot first',
    responseCode: ResponseCode.QUERY_NOT_FOUND,
  }),
  OFFSET_NEGATIVE: refusalRow<{ queueId: number; offset: number }>({
    message: ({ queueId, offset }) => `queue ${queueId} and offset ${offset} must not be negative`,
    responseCode: ResponseCode.INVALID_PARAMETER,
  }),
  RESET_OFFSET_NOT_IN_QUEUE: refusalRow<{ offset: number; min: number; max: number }>({
    message: ({ offset, min, max }) => `Target offset ${offset} not in consume queue range [${min}-${max}]`,
    responseCode: ResponseCode.SYSTEM_ERROR,
  }),
  RESET_WITHOUT_QUEUES: refusalRow<object>({
    message: () => 'No queues to reset.',
    responseCode: ResponseCode.SYSTEM_ERROR,
  }),
}

import { refusalRow } from '@rocketeer/foundation'
import { ResponseCode } from '@rocketeer/protocol'
import { SysFlag } from '@rocketeer/protocol/record'

/** Why a message is not stored: an ordinary one, a batch, one sent back, a half message. */
export const sendRefusals = {
  BROKER_BUSY: refusalRow<{ requests: number; bytes: number }>({
    message: ({ requests, bytes }) =>
      `[PCBUSY_CLEAN_QUEUE]broker busy, start flow control for a while, size of queue: ${requests}, ${bytes} bytes`,
    responseCode: ResponseCode.SYSTEM_BUSY,
    retryable: true,
  }),
  MESSAGE_SIZE_ILLEGAL: refusalRow<{ bodyBytesMax: number; reason: string }>({
    message: ({ bodyBytesMax, reason }) =>
      `the message is illegal, maybe msg body or properties length not matched. msg body length limit ${bodyBytesMax}B, msg properties length limit 32KB. Here ${reason}`,
    responseCode: ResponseCode.MESSAGE_ILLEGAL,
  }),
  MESSAGE_TYPE_MISMATCH: refusalRow<{
    topic: string
    expected: string
    actual: string
    /** Which message of a batch it is, from 0; undefined when it was sent alone. */
    index?: number | undefined
  }>({
    message: ({ topic, expected, actual, index }) =>
      `${index === undefined ? '' : `message ${index} of the batch: `}TopicMessageType validate failed, ` +
      `the expected type is ${expected}, but actual type is ${actual}: send it to a topic with the attribute ` +
      `message.type=${actual}, or give it to the topic ${topic} (updateTopic -a +message.type=${actual})`,
    responseCode: ResponseCode.MESSAGE_ILLEGAL,
  }),
  BATCH_ILLEGAL: refusalRow<{ reason: string }>({
    message: ({ reason }) => reason,
    responseCode: ResponseCode.MESSAGE_ILLEGAL,
  }),
  SENT_BACK_MESSAGE_NOT_FOUND: refusalRow<{ physicalOffset: number }>({
    message: ({ physicalOffset }) => `look message by offset failed, ${physicalOffset}`,
    responseCode: ResponseCode.SYSTEM_ERROR,
  }),
  SENT_BACK_MESSAGE_NOT_FLUSHED: refusalRow<object>({
    message: () => 'FLUSH_DISK_TIMEOUT',
    responseCode: ResponseCode.SYSTEM_ERROR,
    retryable: true,
  }),
  TRANSACTIONS_REJECTED: refusalRow<{ brokerName: string }>({
    message: ({ brokerName }) => `the broker[${brokerName}] sending transaction message is forbidden`,
    responseCode: ResponseCode.NO_PERMISSION,
  }),
  TRANSACTION_DELAYED: refusalRow<object>({
    message: () => 'transaction messages cannot be delayed: leave out the delay level and the delivery time',
    responseCode: ResponseCode.MESSAGE_ILLEGAL,
  }),
  TRANSACTION_MARK_MISSING: refusalRow<object>({
    message: () =>
      'the sysFlag says half of a transaction, the property TRAN_MSG does not: send both or neither',
    responseCode: ResponseCode.MESSAGE_ILLEGAL,
  }),
  TRANSACTION_OUTCOME_UNKNOWN: refusalRow<{ outcome: number }>({
    message: ({ outcome }) =>
      `commitOrRollback is ${outcome}; 0 (unknown), ${SysFlag.TRANSACTION_COMMIT} (commit) and ${SysFlag.TRANSACTION_ROLLBACK} (rollback) are possible`,
    responseCode: ResponseCode.SYSTEM_ERROR,
  }),
  TRANSACTION_OUTCOME_LATE: refusalRow<{ immunityMs: number }>({
    message: ({ immunityMs }) =>
      `the outcome came later than the ${immunityMs} ms that CHECK_IMMUNITY_TIME_IN_SECONDS allows; it will be asked for`,
    responseCode: ResponseCode.ILLEGAL_OPERATION,
  }),
  HALF_MESSAGE_NOT_FOUND: refusalRow<{ physicalOffset: number }>({
    message: ({ physicalOffset }) =>
      `Find prepared transaction message failed: there is no half message at commitLogOffset ${physicalOffset}`,
    responseCode: ResponseCode.SYSTEM_ERROR,
  }),
  HALF_MESSAGE_OF_OTHER_GROUP: refusalRow<{ group: string | undefined }>({
    message: ({ group }) => `The producer group wrong: the half message was not sent by the group "${group}"`,
    responseCode: ResponseCode.SYSTEM_ERROR,
  }),
  HALF_MESSAGE_OFFSET_MISMATCH: refusalRow<{ physicalOffset: number; named: number; actual: number }>({
    message: ({ physicalOffset, named, actual }) =>
      `The transaction state table offset wrong: it is ${named}, the half message at commitLogOffset ${physicalOffset} has ${actual}`,
    responseCode: ResponseCode.SYSTEM_ERROR,
  }),
  PARKED_MESSAGE_NOT_FOUND: refusalRow<{ messageId: string }>({
    message: ({ messageId }) =>
      `Put message back to RMQ_SYS_TRANS_HALF_TOPIC failed: ${messageId} is no message of TRANS_CHECK_MAX_TIME_TOPIC on this broker`,
    responseCode: ResponseCode.SYSTEM_ERROR,
  }),
}

import { defineErrors, errorRow, formatCount, messageOf } from '@rocketeer/foundation'
import { responseCodeName } from '@rocketeer/protocol'
import { journalErrors } from './journal-errors.js'
import { memberErrors } from './member-errors.js'

/** What one nameserver said, for errors that explain a missing route. */
export interface NameserverAnswer {
  address: string
  /** For example `does not know the topic; knows broker-a (10.0.0.5:10911)`. */
  answer: string
}

/** What a broker answered a request that it did not carry out. */
export interface BrokerAnswer {
  command: string
  brokerName: string
  address: string
  /** RocketMQ's response code and its name. */
  answer: number
  answerName: string
  remark: string
  /** True when this ended a send of which an earlier attempt may have been stored. */
  sent?: boolean
}

/** Ends the text of every error of a send of which an attempt may have been stored; its `details.sent` is true. */
export const MAY_BE_STORED = 'The message may have been stored all the same: sending again can double it.'

/** Everything a call of this package can fail with; the errors of @rocketeer/remoting pass through as they are. */
export const clientErrors = defineErrors({
  ...memberErrors,
  NAMESERVERS_UNREACHABLE: errorRow<{ asked: NameserverAnswer[]; waitMs?: number }>({
    message: ({ asked, waitMs }) =>
      `none of the nameservers can be reached (${answersText(asked)}${waitMs ? `; waited for ${waitMs} ms, waitMs` : ''}). ` +
      'Check the option "nameservers" and that they run.',
    retryable: true,
  }),
  NAMESERVERS_AWAITED: errorRow<{ asked: NameserverAnswer[]; waitMs: number }>({
    message: ({ asked, waitMs }) =>
      `no nameserver answers yet (${answersText(asked)}); connect waits up to ${waitMs} ms for one (waitMs)`,
    retryable: true,
  }),
  NO_ROUTE: errorRow<{
    topic: string
    /** How many brokers are registered with the nameservers. */
    brokersKnown: number
    /** The topic that was probably meant, where somebody looked for one. */
    nearest: string | undefined
    asked: NameserverAnswer[]
    /** True when it exists and has no queue to write to. */
    exists?: boolean
    advice: string
  }>({
    message: ({ topic, exists, nearest, asked, advice }) =>
      `${exists ? `no queue to write to in the topic "${topic}"` : `no route info of the topic "${topic}"`}.` +
      `${nearest === undefined ? '' : ` Did you mean "${nearest}"?`} Asked: ${answersText(asked)}. ${advice}`,
    retryable: true,
  }),
  ORDER_CONF_INVALID: errorRow<{ topic: string; orderConf: string }>({
    message: ({ topic, orderConf }) =>
      `the order configuration of the topic "${topic}" is "${orderConf}" and should look like "broker-a:8;broker-b:8": ` +
      'set it with `rocketeer topic order` or `mqadmin updateOrderConf`',
  }),
  BROKER_UNREACHABLE: errorRow<{
    brokerName: string
    address: string
    nameservers: string[]
    reason: string
  }>({
    message: ({ brokerName, address, nameservers, reason }) =>
      `${address} cannot be reached (${reason}). It is the address that the broker "${brokerName}" advertises through ` +
      `the nameserver ${nameservers.join(', ')}. If the broker runs but has another address from here, start it with ` +
      '`--advertise <address>` (brokerIP1 in a broker.conf).',
    retryable: true,
  }),
  BROKER_UNKNOWN: errorRow<{ brokerName: string; nameservers?: readonly string[] }>({
    message: ({ brokerName, nameservers = [] }) =>
      `no nameserver lists a broker named "${brokerName}"${nameservers.length > 0 ? ` (${nameservers.join(', ')})` : ''}: it is down, or it was never in this cluster`,
    retryable: true,
  }),
  NO_BROKER: errorRow<{ cluster: string | undefined }>({
    message: ({ cluster }) =>
      `no nameserver lists a master${cluster === undefined ? '' : ` of a cluster "${cluster}"`}: it is down, or was never registered there`,
    retryable: true,
  }),
  BROKER_BUSY: errorRow<BrokerAnswer>({ message: answerText, retryable: true }),
  BROKER_REFUSED: errorRow<BrokerAnswer>({ message: answerText }),
  NAMESERVER_REFUSED: errorRow<{ command: string; address: string; answer: number; remark: string }>({
    message: ({ command, address, answer, remark }) =>
      `the nameserver ${address} answered ${command} with ${responseCodeName(answer)}: ${remark}`,
  }),
  /** `sent`: whether a broker may have stored the message. */
  SEND_TIMEOUT: errorRow<{ topic: string; timeoutMs: number; attempts: string[]; sent: boolean }>({
    message: ({ topic, timeoutMs, attempts, sent }) =>
      `the message for "${topic}" was not acknowledged within ${timeoutMs} ms (${attempts.join('; ') || 'no attempt came to an end'}). ` +
      (sent ? MAY_BE_STORED : 'No broker stored it: sending again doubles nothing.'),
    retryable: true,
  }),
  REPLY_TIMEOUT: errorRow<{ topic: string; timeoutMs: number }>({
    message: ({ topic, timeoutMs }) =>
      `no reply to the request in "${topic}" came within ${timeoutMs} ms. It may have been handled all the same.`,
    retryable: true,
  }),
  NOT_A_REQUEST: errorRow<{ messageId: string }>({
    message: ({ messageId }) =>
      `message ${messageId} is no request: only what was sent with producer.request() can be replied to`,
  }),
  TOPIC_INVALID: errorRow<{ topic: string; problem: string }>({
    message: ({ topic, problem }) => `the topic "${topic}" cannot be used here: ${problem}`,
  }),
  TOPIC_NOT_ON_BROKER: errorRow<{ topic: string; brokerName: string; brokerNames: string[] }>({
    message: ({ topic, brokerName, brokerNames }) =>
      `"${topic}" is not on "${brokerName}"; it is on ${brokerNames.join(', ')}.`,
  }),
  SUBSCRIPTION_INVALID: errorRow<{
    topic: string
    expression: string
    /** What the broker says. */
    reason: string
    /** Of the mistake, from 1; undefined when the broker does not say. */
    line: number | undefined
    column: number | undefined
  }>({
    message: ({ topic, reason }) => `the expression for the topic "${topic}" is refused: ${reason}`,
  }),
  FILTER_UNSUPPORTED: errorRow<{ topic: string; brokerName: string; reason: string }>({
    message: ({ topic, brokerName, reason }) =>
      `the broker "${brokerName}" does not filter the topic "${topic}" by properties (${reason}): set ` +
      'allowSqlFilters on the broker (enablePropertyFilter=true in a broker.conf)',
  }),
  RECALL_HANDLE_INVALID: errorRow<{ topic: string }>({
    message: ({ topic }) =>
      `the handle does not belong to a message of the topic "${topic}": pass the receipt's recallHandle, which messages with a delivery time have`,
  }),
  MESSAGE_INVALID: errorRow<{ problem: string }>({
    message: ({ problem }) => `the message cannot be sent: ${problem}`,
  }),
  KEY_INVALID: errorRow<{ key: string; problem: string }>({
    message: ({ problem }) => `no message can be looked for by this key: it ${problem}`,
  }),
  MESSAGE_TOO_LARGE: errorRow<{ what: string; bytes: number; bytesMax: number }>({
    message: ({ what, bytes, bytesMax }) => `${what} has ${bytes} bytes, the limit is ${bytesMax}`,
  }),
  MESSAGE_UNDECODABLE: errorRow<{ topic: string; messageId: string; problem: string }>({
    message: ({ topic, messageId, problem }) =>
      `the message ${messageId} does not hold what topic "${topic}" is defined to hold: ${problem}`,
  }),
  BODY_DAMAGED: errorRow<{ messageId: string; reason: string }>({
    message: ({ messageId, reason }) => `the body of message ${messageId} cannot be unpacked: ${reason}`,
  }),
  MESSAGE_NOT_FOUND: errorRow<{ looked: string }>({
    message: ({ looked }) => `there is no such message: ${looked}`,
  }),
  QUEUE_UNKNOWN: errorRow<{
    topic: string
    /** What was asked for; undefined when a selector gave nothing. */
    queue: { topic?: string; brokerName: string; queueId: number } | undefined
  }>({
    message: ({ topic, queue }) => {
      if (queue === undefined)
        return `the selector gave no queue for a message of "${topic}": return one of its list`
      const named = `queue ${queue.queueId} on "${queue.brokerName}"`
      return queue.topic !== undefined && queue.topic !== topic
        ? `${named} of "${queue.topic}" is a queue of another topic: a message of "${topic}" goes to one of its own`
        : `"${topic}" has no ${named} to write to`
    },
  }),
  RESET_INVALID: errorRow<{ group: string; topic: string; problem: string }>({
    message: ({ group, topic, problem }) =>
      `the offsets of the group "${group}" in "${topic}" are not reset: ${problem}`,
  }),
  CONSUME_TIMEOUT: errorRow<{ messageId: string; consumeTimeoutMs: number }>({
    message: ({ messageId, consumeTimeoutMs }) =>
      `the handler took longer than ${consumeTimeoutMs} ms (consumeTimeoutMs) for message ${messageId}; it will be delivered again`,
    retryable: true,
  }),
  INVISIBLE_TIME_OVER: errorRow<{ messageId: string; popInvisibleMs: number }>({
    message: ({ messageId, popInvisibleMs }) =>
      `message ${messageId} was popped, and its time (popInvisibleMs, ${popInvisibleMs} ms) was over before its broker knew ` +
      'what became of it; it is delivered again. A smaller popBatchSize or popThresholdMessages lets messages wait less.',
    retryable: true,
  }),
  DELIVERED_TOO_OFTEN: errorRow<{ messageId: string; reconsumeTimes: number }>({
    message: ({ messageId, reconsumeTimes }) =>
      `message ${messageId} was delivered again ${formatCount(reconsumeTimes, 'time')}, and none of its consumers reported an outcome: it goes to ` +
      'the dead letters unhandled',
  }),
  MESSAGE_DROPPED: errorRow<{ messageId: string }>({
    message: ({ messageId }) =>
      `message ${messageId} failed and is left out: a broadcasting consumer gets nothing again. Handle failures in the handler.`,
  }),
  MESSAGE_GIVEN_UP: errorRow<{ messageId: string; queueOffset: number }>({
    message: ({ messageId, queueOffset }) =>
      `message ${messageId} failed and is left out: its broker takes it neither for a retry nor as a dead letter, because ` +
      `of its size. It stays at offset ${queueOffset} of its queue until it expires.`,
  }),
  QUEUE_SHORTER: errorRow<{
    topic: string
    brokerName: string
    queueId: number
    /** Where this consumer was. */
    offset: number
    /** Where the queue ends. */
    end: number
    /** Where this consumer goes on. */
    nextOffset: number
  }>({
    message: ({ topic, brokerName, queueId, offset, end, nextOffset }) =>
      `queue ${queueId} of "${topic}" on "${brokerName}" was consumed up to offset ${offset} and ends at ${end}: the topic was ` +
      `deleted and made again, or the broker lost the end of its log. Going on at ${nextOffset}, with what was stored since ` +
      'the last message this consumer finished.',
  }),
  POLL_UNDER_WAY: errorRow<{ group: string }>({
    message: ({ group }) =>
      `a poll of the consumer in "${group}" is under way: each poll says that what the one before gave is done, so await it first`,
  }),
  HALF_NOT_SAFE: errorRow<{ topic: string; status: string }>({
    message: ({ topic, status }) =>
      `the half message for "${topic}" may be lost with its broker (${status}), so it was rolled back and the local ` +
      'transaction did not run',
    retryable: true,
  }),
  CHECK_FAILED: errorRow<{ messageId: string; reason: string }>({
    message: ({ messageId, reason }) =>
      `the check could not tell what became of the transaction of message ${messageId} (${reason}); the broker will ask again`,
    retryable: true,
  }),
  NOT_CONSUMED: errorRow<{
    messageId: string
    group: string | undefined
    withinMs: number
    attempts: number
    lastError: unknown
  }>({
    message: ({ messageId, group, withinMs, attempts, lastError }) =>
      `message ${messageId} was not consumed${group === undefined ? '' : ` by group "${group}"`} within ${withinMs} ms; ` +
      (attempts === 0
        ? 'no handler got it: is the consumer ready, and does it subscribe to this topic and tag?'
        : `${attempts === 1 ? 'the only attempt' : `the last of ${attempts} attempts`} threw: ${messageOf(lastError)}`),
  }),
  ...journalErrors,
  TRACE_DROPPED: errorRow<{ topic: string; entries: number; reason: string }>({
    message: ({ topic, entries, reason }) =>
      `entries for the trace topic "${topic}" were dropped, ${entries} in all, the last because ${reason}. The messages they are ` +
      'about are not affected. Brokers create the topic with createTraceTopic (traceTopicEnable=true in a broker.conf).',
  }),
  CLOSED: errorRow<{ what: string }>({ message: ({ what }) => `the ${what} is closed` }),
})

declare module '@rocketeer/foundation' {
  interface ErrorTables {
    client: typeof clientErrors
  }
}

function answersText(asked: readonly NameserverAnswer[]): string {
  return asked.map(({ address, answer }) => `${address} ${answer}`).join('; ')
}

function answerText({ command, brokerName, address, answerName, remark }: BrokerAnswer): string {
  return `the broker "${brokerName}" (${address}) answered ${command} with ${answerName}${remark ? `: ${remark}` : ''}`
}

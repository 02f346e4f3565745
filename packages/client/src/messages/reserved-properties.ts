import { PopPropertyName } from '@rocketeer/protocol'
import { PropertyName } from '@rocketeer/protocol/record'

const BY_BROKERS = 'brokers set it'
const BY_ROCKETMQ = 'RocketMQ uses it'

/**
 * Properties with a field of their own, or set by RocketMQ itself: what a sender gave them would be changed, or change what
 * brokers do. Apache: MessageConst.STRING_HASH_SET, and what its brokers set besides.
 */
const RESERVED: ReadonlyMap<string, string> = new Map([
  [PropertyName.KEYS, 'use "key"'],
  [PropertyName.TAGS, 'use "tag"'],
  [PropertyName.DELAY_LEVEL, 'use "delayLevel"'],
  [PropertyName.TIMER_DELIVER, 'use "deliverAt"'],
  [PropertyName.TIMER_DELAY_MS, 'use "deliverAfterMs"'],
  [PropertyName.TIMER_DELAY_SECONDS, 'use "deliverAfterMs"'],
  ['TIMER_DELAY_LEVEL', 'use "delayLevel"'],
  [PropertyName.TIMER_OUT, BY_BROKERS],
  [PropertyName.TIMER_ENQUEUED, BY_BROKERS],
  [PropertyName.TIMER_DEQUEUED, BY_BROKERS],
  [PropertyName.TIMER_ROLL_TIMES, BY_BROKERS],
  [PropertyName.TIMER_DELETE_KEY, 'use "producer.recall"'],
  [PropertyName.UNIQUE_KEY, 'the client sets it'],
  [PropertyName.WAIT_STORE_OK, BY_ROCKETMQ],
  [PropertyName.RETRY_TOPIC, BY_BROKERS],
  [PropertyName.REAL_TOPIC, BY_BROKERS],
  [PropertyName.REAL_QUEUE_ID, BY_BROKERS],
  [PropertyName.ORIGIN_MESSAGE_ID, BY_BROKERS],
  [PropertyName.RECONSUME_TIME, 'consumers set it'],
  [PropertyName.MAX_RECONSUME_TIMES, 'consumers set it'],
  [PropertyName.CONSUME_START_TIME, 'consumers set it'],
  [PropertyName.TRANSACTION_PREPARED, 'transactions use it'],
  [PropertyName.PRODUCER_GROUP, 'transactions use it'],
  [PropertyName.TRANSACTION_ID, BY_BROKERS],
  [PropertyName.TRANSACTION_CHECK_TIMES, BY_BROKERS],
  [PropertyName.TRANSACTION_PREPARED_QUEUE_OFFSET, BY_BROKERS],
  [PropertyName.CHECK_IMMUNITY_TIME, 'use "checkImmunitySeconds" of a transaction producer'],
  [PropertyName.CORRELATION_ID, 'use producer.request()'],
  [PropertyName.REPLY_TO_CLIENT, 'use producer.request()'],
  [PropertyName.MESSAGE_TTL, 'use producer.request()'],
  [PropertyName.MESSAGE_TYPE, 'use producer.reply()'],
  [PropertyName.PUSH_REPLY_TIME, BY_BROKERS],
  ['ARRIVE_TIME', BY_ROCKETMQ],
  [PropertyName.MIN_OFFSET, 'consumers set it'],
  [PropertyName.MAX_OFFSET, 'consumers set it'],
  [PropertyName.CLUSTER, BY_BROKERS],
  [PropertyName.MESSAGE_REGION, BY_BROKERS],
  [PropertyName.TRACE_SWITCH, BY_BROKERS],
  [PropertyName.DLQ_ORIGIN_TOPIC, BY_BROKERS],
  [PropertyName.DLQ_ORIGIN_MESSAGE_ID, BY_BROKERS],
  [PropertyName.DEAD_LETTER_REASON, 'consumers set it'],
  [PropertyName.REPLAY_TIMES, 'replays set it'],
  [PropertyName.FAILURE_HISTORY, 'consumers set it'],
  [PropertyName.SHARDING_KEY, 'use the option "orderKey"'],
  [PropertyName.PRIORITY, 'use "priority"'],
  [PropertyName.INNER_MULTI_DISPATCH, BY_BROKERS],
  [PropertyName.INNER_MULTI_QUEUE_OFFSET, BY_BROKERS],
  [PropertyName.LITE_TOPIC, BY_ROCKETMQ],
  [PropertyName.BUYER_ID, BY_ROCKETMQ],
  [PropertyName.INSTANCE_ID, BY_ROCKETMQ],
  [PropertyName.TRANSFER_FLAG, BY_ROCKETMQ],
  [PopPropertyName.POP_CK, BY_BROKERS],
  [PopPropertyName.FIRST_POP_TIME, BY_BROKERS],
  [PopPropertyName.ORIGIN_GROUP, BY_BROKERS],
  ['POP_CK_OFFSET', BY_ROCKETMQ],
  ['INNER_NUM', BY_BROKERS],
  ['INNER_BASE', BY_BROKERS],
  ['DUP_INFO', BY_ROCKETMQ],
  ['EXTEND_UNIQ_INFO', BY_ROCKETMQ],
  ['CORRECTION_FLAG', BY_ROCKETMQ],
  ['MQ2_FLAG', BY_ROCKETMQ],
  ['__BORNHOST', BY_ROCKETMQ],
  ['BORN_TIMESTAMP', BY_ROCKETMQ],
  ['__CRC32#', BY_BROKERS],
])

/** True for names an application must not use itself. */
export function isReservedProperty(name: string): boolean {
  return RESERVED.has(name)
}

/** Why an application must not use the name, and what to use instead; undefined for names of its own. */
export function reservationOf(name: string): string | undefined {
  return RESERVED.get(name)
}

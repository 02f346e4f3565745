import { isRocketeerError } from '@rocketeer/foundation'
import { type BatchMessage, decodeBatchMessages, RETRY_TOPIC_PREFIX } from '@rocketeer/protocol'
import { transactionTypeOf } from '@rocketeer/protocol/record'
import { type ScannedProperties, scanProperties } from './scan-properties.js'
import type { SendFields } from './send-request.js'

/** Messages in one batch; their records lie in memory together until they are written. */
const BATCH_MESSAGES_MAX = 65_536

export interface BatchedMessage extends BatchMessage {
  readonly found: ScannedProperties
}

/** What its header says against storing a batch. Apache: SendMessageProcessor.sendBatchMessage, CommitLog.asyncPutMessages. */
export function refuseAsBatch({ topic, sysFlag, properties }: SendFields): string | undefined {
  if (topic.startsWith(RETRY_TOPIC_PREFIX)) return `batch request does not support retry group ${topic}`
  if (transactionTypeOf(sysFlag) !== 0) return 'a batch cannot be part of a transaction (sysFlag)'
  const problem = problemOf(scanProperties(properties ?? ''))
  return problem && `the batch ${problem}`
}

/**
 * The messages of a batch, or why it is refused. Apache would store one with a delay or the mark of a transaction as an
 * ordinary message, early or undecided.
 */
export function readBatch(body: Buffer): BatchedMessage[] | string {
  const messages = decoded(body)
  if (typeof messages === 'string') return messages
  if (messages.length === 0 || messages.length > BATCH_MESSAGES_MAX)
    return `the batch has ${messages.length} messages, 1 to ${BATCH_MESSAGES_MAX} are possible`
  const batched: BatchedMessage[] = []
  for (const [index, message] of messages.entries()) {
    const found = scanProperties(message.properties)
    const problem = message.body.length === 0 ? 'has no body' : problemOf(found)
    if (problem !== undefined) return `message ${index} of the batch ${problem}`
    batched.push({ ...message, found })
  }
  return batched
}

function problemOf({ delayLevel, timed, transactionPrepared }: ScannedProperties): string | undefined {
  if (delayLevel > 0) return 'has a delay level (DELAY): delayed messages are sent one by one'
  if (timed) return 'has a delivery time (TIMER_…): delayed messages are sent one by one'
  if (transactionPrepared) return 'is half of a transaction (TRAN_MSG): these are sent one by one'
  return undefined
}

function decoded(body: Buffer): BatchMessage[] | string {
  try {
    return decodeBatchMessages(body)
  } catch (error) {
    if (isRocketeerError(error, 'RECORD_MALFORMED')) return error.message
    throw error
  }
}

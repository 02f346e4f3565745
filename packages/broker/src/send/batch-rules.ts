import { isRocketeerError } from '@rocketeer/foundation'
import { RETRY_TOPIC_PREFIX } from '@rocketeer/protocol'
import { type BatchMessage, BatchMessages } from '@rocketeer/protocol/bodies'
import { transactionTypeOf } from '@rocketeer/protocol/record'
import { refusals } from '../errors.js'
import { type ScannedProperties, scanProperties } from './scan-properties.js'
import type { SendFields } from './send-request.js'

/** Messages in one batch, whose records are in memory together until they are written. */
const BATCH_MESSAGES_MAX = 65_536

export interface BatchedMessage extends BatchMessage {
  /** Which message of the batch it is, from 0. */
  readonly index: number
  readonly found: ScannedProperties
}

/**
 * Throws `BATCH_ILLEGAL` when the header of a batch names a retry topic, a transaction or a delay.
 * Apache: SendMessageProcessor.sendBatchMessage, CommitLog.asyncPutMessages.
 */
export function checkBatchHeader({ topic, sysFlag, properties }: SendFields): void {
  if (topic.startsWith(RETRY_TOPIC_PREFIX))
    throw batchRefusal(`batch request does not support retry group ${topic}`)
  if (transactionTypeOf(sysFlag) !== 0)
    throw batchRefusal('a batch cannot be part of a transaction (sysFlag)')
  const problem = problemOf(scanProperties(properties ?? ''))
  if (problem !== undefined) throw batchRefusal(`the batch ${problem}`)
}

/**
 * The messages of a batch. Throws `BATCH_ILLEGAL`, also for delayed messages and halves of transactions: Apache stores
 * these as ordinary messages, which consumers then get too early, or undecided.
 */
export function readBatch(body: Buffer): BatchedMessage[] {
  const messages = decoded(body)
  if (messages.length === 0 || messages.length > BATCH_MESSAGES_MAX)
    throw batchRefusal(`the batch has ${messages.length} messages, 1 to ${BATCH_MESSAGES_MAX} are possible`)
  const batched: BatchedMessage[] = []
  for (const [index, message] of messages.entries()) {
    const found = scanProperties(message.properties)
    const problem = message.body.length === 0 ? 'has no body' : problemOf(found)
    if (problem !== undefined) throw batchRefusal(`message ${index} of the batch ${problem}`)
    batched.push({ ...message, index, found })
  }
  return batched
}

function problemOf({ delayLevel, timed, transactionPrepared }: ScannedProperties): string | undefined {
  if (delayLevel > 0) return 'has a delay level (DELAY): delayed messages are sent one by one'
  if (timed) return 'has a delivery time (TIMER_…): delayed messages are sent one by one'
  if (transactionPrepared) return 'is half of a transaction (TRAN_MSG): these are sent one by one'
  return undefined
}

function decoded(body: Buffer): BatchMessage[] {
  try {
    return BatchMessages.decode(body)
  } catch (error) {
    if (isRocketeerError(error, 'RECORD_MALFORMED')) throw batchRefusal(error.message)
    throw error
  }
}

export function batchRefusal(reason: string) {
  return refusals.BATCH_ILLEGAL({ reason })
}

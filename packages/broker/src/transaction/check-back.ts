import { type Logger, messageOf } from '@rocketeer/foundation'
import { SystemTopic } from '@rocketeer/protocol'
import { checkTransactionState } from '@rocketeer/protocol/commands'
import {
  encodedRecord,
  encodeMessageId,
  type MessageToEncode,
  PropertyName,
  type RecordStamp,
} from '@rocketeer/protocol/record'
import type { ProducerRegistry } from '../clients/producer-registry.js'
import type { LiveConfig } from '../options/live-config.js'
import type { HalfMessage } from './half-message.js'

/**
 * Asks a producer of the group, a different one each time, what became of its transaction. The answer comes as
 * END_TRANSACTION, or not at all. Apache: AbstractTransactionalMessageCheckListener.sendCheckMessage.
 */
export class CheckBack {
  readonly #needs: { producers: ProducerRegistry; config: LiveConfig; logger: Logger }

  constructor(needs: { producers: ProducerRegistry; config: LiveConfig; logger: Logger }) {
    this.#needs = needs
  }

  /** `copy` is the copy of the half message that was stored as `stored`, or its record: the answer will name it. */
  ask(half: HalfMessage, copy: MessageToEncode, stored: RecordStamp): void {
    const { producers, config, logger } = this.#needs
    const producer = producers.next(half.group)
    if (producer === undefined) {
      logger.warn(
        { group: half.group, topic: half.topic },
        'nobody can be asked for the outcome of a transaction: no producer of its group is connected',
      )
      return
    }
    const uniqueKey = half.properties[PropertyName.UNIQUE_KEY]
    const fields = {
      topic: SystemTopic.TRANSACTION_HALF,
      tranStateTableOffset: stored.queueOffset,
      commitLogOffset: stored.physicalOffset,
      msgId: uniqueKey,
      transactionId: uniqueKey,
      offsetMsgId: encodeMessageId(copy.storeHost, stored.physicalOffset),
      bname: config.current.brokerName,
    }
    try {
      producer.connection.oneway(checkTransactionState, fields, recordAsSent(half, copy, stored))
    } catch (error) {
      // The check counts all the same; the next one comes after the interval.
      logger.warn(
        { group: half.group, reason: messageOf(error) },
        'a producer could not be asked for the outcome of a transaction',
      )
    }
  }
}

/** The copy under the topic and queue the producer knows. */
function recordAsSent(half: HalfMessage, copy: MessageToEncode, stored: RecordStamp): Buffer {
  return encodedRecord({ ...copy, topic: half.topic, queueId: half.queueId }, stored)
}

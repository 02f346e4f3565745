import type { Logger } from '@rocketeer/foundation'
import { decodeMessageId, type EncodedHost } from '@rocketeer/protocol/record'
import type { MessageToStore } from '@rocketeer/store'
import { refusals } from '../errors.js'
import { decodeParked, resumedHalf } from './half-message.js'

export interface TransactionResumeNeeds {
  readonly store: {
    append(message: MessageToStore): Promise<unknown>
    recordAt(physicalOffset: number): Promise<Buffer | undefined>
  }
  readonly logger: Logger
  readonly storeHost: () => EncodedHost
}

/**
 * Puts a transaction that was given up back into the half queue, to be asked for from the beginning.
 * Apache: AdminBrokerProcessor.resumeCheckHalfMessage, which takes any message; only parked ones make sense.
 */
export class TransactionResume {
  readonly #needs: TransactionResumeNeeds

  constructor(needs: TransactionResumeNeeds) {
    this.#needs = needs
  }

  /** `messageId`: the offset message id in TRANS_CHECK_MAX_TIME_TOPIC. Throws `MESSAGE_ID_MALFORMED`. */
  async resume(messageId: string): Promise<void> {
    const { store, logger, storeHost } = this.#needs
    const bytes = await store.recordAt(decodeMessageId(messageId).physicalOffset)
    const half = bytes && decodeParked(bytes)
    if (half === undefined) throw refusals.PARKED_MESSAGE_NOT_FOUND({ messageId })
    await store.append(resumedHalf(half, storeHost()))
    logger.info({ topic: half.topic, group: half.group }, 'a parked transaction is checked again')
  }
}

import { type Clock, type Logger, messageOf, Rounds } from '@rocketeer/foundation'
import { SystemTopic, TRANSACTION_GROUP } from '@rocketeer/protocol'
import { decodeRecords, type EncodedHost, findProperty, PropertyName } from '@rocketeer/protocol/record'
import type { MessageStore, MessageToStore } from '@rocketeer/store'
import type { Duty } from '../duties/duties.js'
import { ownRecord } from '../messages/own-record.js'
import type { LiveConfig } from '../options/live-config.js'
import type { ConsumerOffsets } from '../tables/consumer-offsets.js'
import { HALF_QUEUE } from './half-message.js'

/** Apache: TransactionalMessageUtil.REMOVE_TAG and OFFSET_SEPARATOR. */
const REMOVE_TAG = 'd'
const SEPARATOR = ','

const OPERATION_QUEUE = {
  group: TRANSACTION_GROUP,
  topic: SystemTopic.TRANSACTION_OPERATION,
  queueId: HALF_QUEUE,
}

const READ_LIMITS = { messagesMax: 256, bytesMax: 1024 * 1024 }
/** Pause after a failed round. */
const RETRY_AFTER_MS = 1000

/** An operation message is needed as long as the half message with the highest queue offset it names may be read again. */
interface OperationMessage {
  readonly queueOffset: number
  readonly lastHalfOffset: number
}

export interface OperationLogNeeds {
  readonly store: MessageStore
  readonly offsets: ConsumerOffsets
  readonly config: LiveConfig
  readonly clock: Clock
  readonly logger: Logger
  readonly storeHost: () => EncodedHost
}

/**
 * Writes down which transactions have ended, so that a start, also of Apache's broker, does not ask for them again:
 * RMQ_SYS_TRANS_OP_HALF_TOPIC holds messages tagged `d` whose body lists queue offsets, each followed by a comma.
 * Several make one message, after `operationMessageIntervalMs` or from `operationMessageBytesMax` bytes on.
 * Apache: TransactionalMessageServiceImpl.deletePrepareMessage, batchSendOpMessage.
 */
export class OperationLog implements Duty {
  readonly #needs: OperationLogNeeds
  /** In the order of the queue. */
  #messages: OperationMessage[] = []
  /** The body of the next one. */
  #text = ''
  #lastHalfOffset = 0
  readonly #rounds: Rounds

  private constructor(needs: OperationLogNeeds) {
    this.#needs = needs
    this.#rounds = new Rounds({
      clock: needs.clock,
      round: async () => {
        await this.#write()
        return Number.POSITIVE_INFINITY
      },
      retryAfterMs: RETRY_AFTER_MS,
      onFailure: (error) => this.#report(error),
    })
  }

  /** Calls `onEnded` with the queue offset of every half message that the log still names. */
  static async open(needs: OperationLogNeeds, onEnded: (halfOffset: number) => void): Promise<OperationLog> {
    const log = new OperationLog(needs)
    await log.#load(onEnded)
    return log
  }

  add(halfOffset: number): void {
    this.#text += `${halfOffset}${SEPARATOR}`
    this.#lastHalfOffset = Math.max(this.#lastHalfOffset, halfOffset)
    const { operationMessageBytesMax, operationMessageIntervalMs } = this.#needs.config.current
    const isFull = this.#text.length >= operationMessageBytesMax
    this.#rounds.due(this.#needs.clock.now() + (isFull ? 0 : operationMessageIntervalMs))
  }

  /** Drops the operation messages that name only half messages below `halfOffset`, which are not read again. */
  release(halfOffset: number): void {
    let done = 0
    while (done < this.#messages.length && this.#messages[done]!.lastHalfOffset < halfOffset) done++
    if (done === 0) return
    const last = this.#messages[done - 1]!
    this.#messages = this.#messages.slice(done)
    this.#needs.offsets.commit(OPERATION_QUEUE, last.queueOffset + 1)
  }

  start(): void {
    this.#rounds.start()
  }

  /** Writes what was added, so that whoever goes on with the log knows it; what is added from then on waits. */
  async stop(): Promise<void> {
    await this.#rounds.stop()
    if (!this.#rounds.started) await this.#writeAtEnd()
  }

  /** Writes what was added; close it before the store. */
  async close(): Promise<void> {
    await this.#rounds.close()
    await this.#writeAtEnd()
  }

  #writeAtEnd(): Promise<void> {
    return this.#write().catch((error) => this.#report(error))
  }

  /** Rejects with the store's errors; what was added is kept then. */
  async #write(): Promise<void> {
    if (this.#text === '') return
    const text = this.#text
    const lastHalfOffset = this.#lastHalfOffset
    this.#text = ''
    this.#lastHalfOffset = 0
    try {
      const { queueOffset } = await this.#needs.store.append(this.#message(text))
      this.#messages.push({ queueOffset, lastHalfOffset })
    } catch (error) {
      this.#text = text + this.#text
      this.#lastHalfOffset = Math.max(this.#lastHalfOffset, lastHalfOffset)
      throw error
    }
  }

  #report(error: unknown): void {
    this.#needs.logger.error(
      { reason: messageOf(error) },
      'the ends of transactions were not written down, trying again',
    )
  }

  #message(text: string): MessageToStore {
    return ownRecord({
      topic: SystemTopic.TRANSACTION_OPERATION,
      queueId: HALF_QUEUE,
      bornTimestamp: this.#needs.clock.now(),
      bornHost: this.#needs.storeHost(),
      body: Buffer.from(text),
      properties: { [PropertyName.WAIT_STORE_OK]: 'true', [PropertyName.TAGS]: REMOVE_TAG },
    })
  }

  async #load(onEnded: (halfOffset: number) => void): Promise<void> {
    const { store, offsets } = this.#needs
    const topic = SystemTopic.TRANSACTION_OPERATION
    const end = store.maxOffset(topic, HALF_QUEUE)
    const known = offsets.query(OPERATION_QUEUE)
    let offset = Math.min(end, Math.max(known, store.minOffset(topic, HALF_QUEUE)))
    while (offset < end) {
      const { buffers, nextBeginOffset } = await store.read({
        topic,
        queueId: HALF_QUEUE,
        offset,
        limits: READ_LIMITS,
      })
      for (const record of decodeRecords(buffers)) {
        const halfOffsets = halfOffsetsIn(record.properties, record.body)
        for (const halfOffset of halfOffsets) onEnded(halfOffset)
        this.#messages.push({
          queueOffset: record.queueOffset,
          lastHalfOffset: halfOffsets.reduce((last, each) => Math.max(last, each), 0),
        })
      }
      if (nextBeginOffset <= offset) break
      offset = nextBeginOffset
    }
  }
}

function halfOffsetsIn(properties: string, body: Buffer): number[] {
  if (findProperty(properties, PropertyName.TAGS) !== REMOVE_TAG) return []
  return body
    .toString()
    .split(SEPARATOR)
    .filter((text) => /^\d{1,15}$/.test(text))
    .map(Number)
}

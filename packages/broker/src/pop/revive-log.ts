import { type Clock, type Logger, messageOf } from '@rocketeer/foundation'
import { reviveTopicOf } from '@rocketeer/protocol'
import { PopAck, PopCheckPoint } from '@rocketeer/protocol/bodies'
import {
  decodeRecords,
  encodeHost,
  findProperty,
  type MessageRecord,
  PropertyName,
} from '@rocketeer/protocol/record'
import type { AppendResult, MessageStore, MessageToStore } from '@rocketeer/store'
import { ownRecord } from '../messages/own-record.js'
import type { LiveConfig } from '../options/live-config.js'
import {
  type CheckPoint,
  type CheckPointDraft,
  type CheckPointId,
  draftOf,
  keyOf,
  storedCheckPoint,
} from './check-point.js'

/** Tags of the records. Apache: PopAckConstants. */
const Tag = { CHECK_POINT: 'ck', ACK: 'ack', BATCH_ACK: 'bAck' } as const

/** Nobody reads the hosts of these records. */
const HOST = encodeHost('127.0.0.1', 0)

const REPLAY_LIMITS = { messagesMax: 256, bytesMax: 256 * 1024 }

/** Apache's broker looks for the acknowledgements of a check point from this time before it is due. */
const ACK_INTERVAL_MS = 1000

/** Called for the records that a replay reads, in the order they were stored. */
export interface ReplayListener {
  onCheckPoint(draft: CheckPointDraft, place: { reviveQueueId: number; reviveOffset: number }): void
  onAck(id: CheckPointId, offsets: readonly number[]): void
}

export interface ReviveLogNeeds {
  readonly store: MessageStore
  readonly config: LiveConfig
  readonly clock: Clock
  readonly logger: Logger
}

/**
 * The revive topic: check points and acknowledgements as Apache's broker writes them there, except that they do not wait
 * in a timer first but are in the topic at once. Apache: PopMessageProcessor.buildCkMsg, AckMessageProcessor.appendAck.
 */
export class ReviveLog {
  readonly topic: string
  readonly #needs: ReviveLogNeeds

  constructor(needs: ReviveLogNeeds) {
    this.#needs = needs
    this.topic = reviveTopicOf(needs.config.current.clusterName)
  }

  /**
   * Resolves when the check point is stored. `stored` is called in the same turn in which the revive topic grows, so that
   * a check point not yet in flight is not taken for a finished one. Rejects with the store's errors.
   */
  appendCheckPoint(
    draft: CheckPointDraft,
    reviveQueueId: number,
    stored: (reviveOffset: number) => void,
  ): Promise<void> {
    const { store, config } = this.#needs
    const { brokerName } = config.current
    const message = this.#message({
      reviveQueueId,
      tag: Tag.CHECK_POINT,
      body: PopCheckPoint.encode(storedCheckPoint(draft, brokerName)),
      uniqueKey: `${keyOf(draft)}@${brokerName}@${Tag.CHECK_POINT}`,
      deliverAt: draft.popTime + draft.invisibleTime - ACK_INTERVAL_MS,
    })
    return new Promise((resolve, reject) => {
      store.appendThen(message, (error, result) => {
        if (result === undefined) return reject(error)
        stored(result.queueOffset)
        resolve()
      })
    })
  }

  /** Resolves when it is stored that these messages need not come back. Rejects with the store's errors. */
  appendAck(
    id: CheckPointId,
    offsets: readonly number[],
    { reviveQueueId, dueAt }: { reviveQueueId: number; dueAt: number },
  ): Promise<AppendResult> {
    const { brokerName } = this.#needs.config.current
    const single = offsets.length === 1
    const tag = single ? Tag.ACK : Tag.BATCH_ACK
    const body = PopAck.encode({
      ao: single ? offsets[0]! : -1,
      so: id.startOffset,
      c: id.group,
      t: id.topic,
      q: id.queueId,
      pt: id.popTime,
      bn: brokerName,
      aol: single ? undefined : [...offsets],
    })
    const message = this.#message({
      reviveQueueId,
      tag,
      body,
      uniqueKey: `${id.topic}@${id.queueId}@${offsets.join(',')}@${id.group}@${id.popTime}@${brokerName}@${tag}`,
      deliverAt: dueAt,
    })
    return this.#needs.store.append(message)
  }

  /** What the consumer that gave a message back noted about failed attempts, from the check point's own record. */
  async failureHistoryOf({ reviveQueueId, reviveOffset }: CheckPoint): Promise<string | undefined> {
    const { store } = this.#needs
    const queue = { topic: this.topic, queueId: reviveQueueId, offset: reviveOffset }
    const { buffers } = await store.read({ ...queue, limits: { messagesMax: 1, bytesMax: 1 } })
    const record = decodeRecords(buffers)[0]
    // Expired or damaged: the message comes back all the same.
    if (record === undefined || record.queueOffset !== reviveOffset) return undefined
    return PopCheckPoint.decode(record.body).fh
  }

  /** Reads a revive queue from `offset` to its end. Records that cannot be decoded are skipped with a warning. */
  async replay(reviveQueueId: number, offset: number, listener: ReplayListener): Promise<void> {
    const { store, logger } = this.#needs
    for (let next = offset; next < store.maxOffset(this.topic, reviveQueueId); ) {
      const read = await store.read({
        topic: this.topic,
        queueId: reviveQueueId,
        offset: next,
        limits: REPLAY_LIMITS,
      })
      for (const record of decodeRecords(read.buffers)) {
        try {
          replayRecord(record, listener)
        } catch (error) {
          const facts = { reason: messageOf(error), reviveQueueId, offset: record.queueOffset }
          logger.warn(facts, 'a record of the revive topic cannot be decoded and is skipped')
        }
      }
      next = Math.max(read.nextBeginOffset, next + 1)
    }
  }

  #message(record: {
    reviveQueueId: number
    tag: string
    body: Buffer
    uniqueKey: string
    deliverAt: number
  }): MessageToStore {
    return ownRecord({
      topic: this.topic,
      queueId: record.reviveQueueId,
      bornTimestamp: this.#needs.clock.now(),
      bornHost: HOST,
      body: record.body,
      // Not in the index by its unique key: nobody looks these up, and there are many.
      properties: {
        [PropertyName.TAGS]: record.tag,
        [PropertyName.UNIQUE_KEY]: record.uniqueKey,
        [PropertyName.TIMER_DELIVER]: String(record.deliverAt),
      },
    })
  }
}

function replayRecord(record: MessageRecord, listener: ReplayListener): void {
  switch (findProperty(record.properties, PropertyName.TAGS)) {
    case Tag.CHECK_POINT: {
      const draft = draftOf(PopCheckPoint.decode(record.body))
      const place = { reviveQueueId: record.queueId, reviveOffset: record.queueOffset }
      if (draft !== undefined) listener.onCheckPoint(draft, place)
      return
    }
    case Tag.ACK:
    case Tag.BATCH_ACK: {
      const {
        t: topic,
        c: group,
        q: queueId,
        so: startOffset,
        pt: popTime,
        ao,
        aol,
      } = PopAck.decode(record.body)
      listener.onAck({ topic, group, queueId, startOffset, popTime }, aol ?? [ao])
    }
  }
}

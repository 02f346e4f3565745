import type { Clock } from '@rocketeer/foundation'
import { PullSysFlag, type pullMessage, ResponseCode, type ResponseFields } from '@rocketeer/protocol'
import type { Reply, Request } from '@rocketeer/remoting'
import type { MessageStore } from '@rocketeer/store'
import type { ConsumerOffsets } from '../offsets/consumer-offsets.js'
import type { BrokerStats } from '../stats/broker-stats.js'
import type { HeldPulls } from './held-pulls.js'
import {
  type PullAccess,
  type PullAccessNeeds,
  type PullFields,
  type PullRefusal,
  pullAccess,
} from './pull-access.js'
import { pullOutcome, type ReadResult } from './pull-outcome.js'
import { tagFilterOf } from './tag-filter.js'

/** Slaves have other ids; with none, consumers always come back here. Apache: MixAll.MASTER_ID. */
const MASTER_ID = 0

export interface PullRequest extends Pick<Request, 'connection'> {
  readonly fields: PullFields
}
export type PullReply = Reply & { fields?: ResponseFields<typeof pullMessage> }

export interface PullerNeeds extends PullAccessNeeds {
  readonly store: MessageStore
  readonly offsets: ConsumerOffsets
  readonly held: HeldPulls
  readonly stats: BrokerStats
  readonly clock: Clock
}

/**
 * From a pull request to records, or to a place among the held pulls. The records leave as they lie in the log.
 * Apache: PullMessageProcessor, DefaultPullMessageResultHandler.
 */
export class Puller {
  readonly #needs: PullerNeeds

  constructor(needs: PullerNeeds) {
    this.#needs = needs
  }

  pull(request: PullRequest): PullReply | Promise<PullReply> {
    return this.#pull(request, true)
  }

  /** `first`: not yet held. Only then the offset it carries is committed, and it may be held. */
  #pull(request: PullRequest, first: boolean): PullReply | Promise<PullReply> {
    const { fields } = request
    const access = pullAccess(this.#needs, fields)
    if ('code' in access) return refusal(access)
    const { consumerGroup, topic, queueId } = fields
    const resetTo = this.#needs.offsets.takeReset(consumerGroup, topic, queueId)
    if (resetTo !== undefined) return this.#moveTo(resetTo, access, fields)
    const accepts = tagFilterOf(access.subscription)
    const result = this.#needs.store.read(topic, queueId, fields.queueOffset, this.#limits(fields), accepts)
    if (result instanceof Promise) return result.then((read) => this.#answer(read, access, request, first))
    return this.#answer(result, access, request, first)
  }

  #limits(fields: PullFields): { messagesMax: number; bytesMax: number } {
    const { maxTransferCountOnMessageInMemory, maxTransferBytesOnMessageInMemory } =
      this.#needs.config.current
    return {
      messagesMax: Math.max(1, Math.min(fields.maxMsgNums, maxTransferCountOnMessageInMemory)),
      bytesMax: maxTransferBytesOnMessageInMemory,
    }
  }

  #answer(
    result: ReadResult,
    access: PullAccess,
    request: PullRequest,
    first: boolean,
  ): PullReply | Promise<PullReply> {
    const { fields } = request
    const { offsets, stats } = this.#needs
    const { code, status } = pullOutcome(result, fields.queueOffset)
    offsets.recordPull(fields.consumerGroup, fields.topic, fields.queueId, result.nextBeginOffset)
    if (first && (fields.sysFlag & PullSysFlag.COMMIT_OFFSET) !== 0 && fields.commitOffset >= 0)
      offsets.commit(fields.consumerGroup, fields.topic, fields.queueId, fields.commitOffset)
    if (code === ResponseCode.SUCCESS)
      stats.onGet(fields.consumerGroup, fields.topic, result.messageCount, result.bytes)
    else stats.onMiss()
    const reply = replyOf(code, status, result, access)
    const mayHold = first && code === ResponseCode.PULL_NOT_FOUND
    if (mayHold && (fields.sysFlag & PullSysFlag.SUSPEND) !== 0) return this.#hold(request, access)
    return reply
  }

  #hold(request: PullRequest, access: PullAccess): Promise<PullReply> {
    const { fields, connection } = request
    const { held, clock, config } = this.#needs
    const { longPollingEnable, shortPollingTimeMills } = config.current
    const holdMs = longPollingEnable ? fields.suspendTimeoutMillis : shortPollingTimeMills
    return new Promise((resolve, reject) => {
      const accepted = held.hold({
        connection,
        topic: fields.topic,
        queueId: fields.queueId,
        offset: fields.queueOffset,
        accepts: tagFilterOf(access.subscription),
        deadline: clock.now() + holdMs,
        wake: () => {
          try {
            resolve(this.#pull(request, false))
          } catch (error) {
            reject(error)
          }
        },
      })
      if (!accepted) {
        const remark = `[PULL_HOLD_FULL]broker busy, ${held.size} pulls are waiting for messages already`
        resolve({ code: ResponseCode.SYSTEM_BUSY, remark })
      }
    })
  }

  /** An administrator has set the group's offset meanwhile. Apache: GetMessageStatus.OFFSET_RESET. */
  #moveTo(offset: number, access: PullAccess, { topic, queueId }: PullFields): PullReply {
    const place = {
      nextBeginOffset: offset,
      minOffset: this.#needs.store.minOffset(topic, queueId),
      maxOffset: this.#needs.store.maxOffset(topic, queueId),
    }
    return replyOf(ResponseCode.PULL_OFFSET_MOVED, 'OFFSET_RESET', place, access)
  }
}

function replyOf(
  code: number,
  status: string,
  result: Pick<ReadResult, 'nextBeginOffset' | 'minOffset' | 'maxOffset'> & {
    buffers?: ReadResult['buffers']
  },
  { topic, group }: PullAccess,
): PullReply {
  return {
    code,
    remark: status,
    fields: {
      suggestWhichBrokerId: MASTER_ID,
      nextBeginOffset: result.nextBeginOffset,
      minOffset: result.minOffset,
      maxOffset: result.maxOffset,
      topicSysFlag: topic.topicSysFlag,
      groupSysFlag: group.groupSysFlag,
    },
    body: code === ResponseCode.SUCCESS ? result.buffers : undefined,
  }
}

function refusal({ code, remark, forbiddenType }: PullRefusal): PullReply {
  if (forbiddenType === undefined) return { code, remark }
  const nowhere = { suggestWhichBrokerId: MASTER_ID, nextBeginOffset: 0, minOffset: 0, maxOffset: 0 }
  return { code, remark, fields: { ...nowhere, forbiddenType } }
}

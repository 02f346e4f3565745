import type { Clock } from '@rocketeer/foundation'
import { ResponseCode, type ResponseFields } from '@rocketeer/protocol'
import { MASTER_ID } from '@rocketeer/protocol/bodies'
import { PullSysFlag, type pullMessage } from '@rocketeer/protocol/commands'
import type { Reply, Request } from '@rocketeer/remoting'
import type { MessageStore } from '@rocketeer/store'
import { refusals } from '../errors.js'
import type { BrokerStats } from '../stats/broker-stats.js'
import type { ConsumerOffsets } from '../tables/consumer-offsets.js'
import { type PullAccess, type PullAccessNeeds, type PullFields, pullAccess } from './pull-access.js'
import { pullOutcome, type ReadResult } from './pull-outcome.js'
import type { WaitingPull, WaitingPulls } from './waiting-pulls.js'

export interface PullRequest extends Pick<Request, 'connection'> {
  readonly fields: PullFields
}
export type PullReply = Reply & { fields?: ResponseFields<typeof pullMessage> }

/** A pull, and how far it has come: one that has waited may have passed messages that do not match. */
interface Attempt {
  readonly request: PullRequest
  readonly offset: number
  /** Milliseconds since the epoch; undefined before it waits. Its offset is committed, and it may wait, only then. */
  readonly deadline?: number
}

export interface PullerNeeds extends PullAccessNeeds {
  readonly store: MessageStore
  readonly offsets: ConsumerOffsets
  readonly waitingPulls: WaitingPulls
  readonly stats: BrokerStats
  readonly clock: Clock
}

/**
 * From a pull request to records, or to the waiting room. The records leave as they lie in the log.
 * Apache: PullMessageProcessor, DefaultPullMessageResultHandler.
 */
export class Puller {
  readonly #needs: PullerNeeds

  constructor(needs: PullerNeeds) {
    this.#needs = needs
  }

  pull(request: PullRequest): PullReply | Promise<PullReply> {
    return this.#pull({ request, offset: request.fields.queueOffset })
  }

  #pull(attempt: Attempt): PullReply | Promise<PullReply> {
    const { fields } = attempt.request
    const access = pullAccess(this.#needs, fields)
    const { consumerGroup, topic, queueId } = fields
    const resetTo = this.#needs.offsets.takeReset(consumerGroup, topic, queueId)
    if (resetTo !== undefined) return this.#moveTo(resetTo, access, fields)
    const limits = this.#limits(fields)
    const { filter } = access
    const result = this.#needs.store.read({ topic, queueId, offset: attempt.offset, limits, filter })
    if (result instanceof Promise) return result.then((read) => this.#answer(read, access, attempt))
    return this.#answer(result, access, attempt)
  }

  #limits(fields: PullFields): { messagesMax: number; bytesMax: number } {
    const { maxTransferCountOnMessageInMemory, maxTransferBytesOnMessageInMemory } =
      this.#needs.config.current
    return {
      messagesMax: Math.max(1, Math.min(fields.maxMsgNums, maxTransferCountOnMessageInMemory)),
      bytesMax: maxTransferBytesOnMessageInMemory,
    }
  }

  #answer(result: ReadResult, access: PullAccess, attempt: Attempt): PullReply | Promise<PullReply> {
    const { request, deadline } = attempt
    const { fields } = request
    const { offsets, stats, clock } = this.#needs
    const { code, status } = pullOutcome(result, attempt.offset)
    offsets.recordPull(fields.consumerGroup, fields.topic, fields.queueId, result.nextBeginOffset)
    const first = deadline === undefined
    if (first && (fields.sysFlag & PullSysFlag.COMMIT_OFFSET) !== 0 && fields.commitOffset >= 0)
      offsets.commit(fields.consumerGroup, fields.topic, fields.queueId, fields.commitOffset)
    if (code === ResponseCode.SUCCESS)
      stats.onGet(fields.consumerGroup, fields.topic, result.messageCount, result.bytes)
    else stats.onMiss()
    if (first && code === ResponseCode.PULL_NOT_FOUND && (fields.sysFlag & PullSysFlag.SUSPEND) !== 0)
      return this.#wait(request, attempt.offset, clock.now() + this.#waitMs(fields), access)
    // It was woken by messages that turned out not to match: it waits on, behind them.
    if (deadline !== undefined && code === ResponseCode.PULL_RETRY_IMMEDIATELY && clock.now() < deadline)
      return this.#wait(request, result.nextBeginOffset, deadline, access)
    return replyOf(code, status, result, access)
  }

  #waitMs(fields: PullFields): number {
    const { longPollingEnable, shortPollingTimeMills } = this.#needs.config.current
    return longPollingEnable ? fields.suspendTimeoutMillis : shortPollingTimeMills
  }

  #wait(request: PullRequest, offset: number, deadline: number, access: PullAccess): Promise<PullReply> {
    const { fields, connection } = request
    const { waitingPulls } = this.#needs
    return new Promise((resolve, reject) => {
      const pull: WaitingPull = {
        topic: fields.topic,
        queueId: fields.queueId,
        group: fields.consumerGroup,
        peer: connection,
        deadline,
        offset,
        accepts: access.filter.accepts,
        wake: () => {
          try {
            resolve(this.#pull({ request, offset: pull.offset, deadline }))
          } catch (error) {
            reject(error)
          }
        },
      }
      if (!waitingPulls.add(pull)) reject(refusals.PULLS_FULL({ pulls: waitingPulls.size }))
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
      // Consumers come back to this broker: it has no slave to suggest.
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

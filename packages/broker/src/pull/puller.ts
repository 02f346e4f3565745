import type { Clock } from '@rocketeer/foundation'
import { MASTER_ID } from '@rocketeer/protocol/bodies'
import { PullSysFlag } from '@rocketeer/protocol/commands'
import type { Peer } from '@rocketeer/remoting'
import type { MessageStore } from '@rocketeer/store'
import { refusals } from '../errors.js'
import type { BrokerStats } from '../stats/broker-stats.js'
import type { ConsumerOffsets } from '../tables/consumer-offsets.js'
import { type PullAccess, type PullAccessNeeds, type PullFields, pullAccess } from './pull-access.js'
import { type PullOutcome, pullOutcome, RESET, type ReadResult } from './pull-outcome.js'
import type { WaitingPull, WaitingPulls } from './waiting-pulls.js'

/** What is pulled, and who waits for it: a PULL_MESSAGE request is one as it is. */
export interface PullRequest {
  readonly fields: PullFields
  readonly connection: Peer
}

/** What a pull found; the response header of PULL_MESSAGE is made of it as it is. */
export interface PullResult {
  readonly outcome: PullOutcome
  readonly suggestWhichBrokerId: number
  readonly nextBeginOffset: number
  readonly minOffset: number
  readonly maxOffset: number
  readonly topicSysFlag: number
  readonly groupSysFlag: number
  /** Records as they lie in the log. */
  readonly records: readonly Buffer[] | undefined
}

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

  pull(request: PullRequest): PullResult | Promise<PullResult> {
    return this.#pull({ request, offset: request.fields.queueOffset })
  }

  #pull(attempt: Attempt): PullResult | Promise<PullResult> {
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
    const { memoryReadMessagesMax, memoryReadBytesMax } = this.#needs.config.current
    return {
      messagesMax: Math.max(1, Math.min(fields.maxMsgNums, memoryReadMessagesMax)),
      bytesMax: memoryReadBytesMax,
    }
  }

  #answer(result: ReadResult, access: PullAccess, attempt: Attempt): PullResult | Promise<PullResult> {
    const { request, deadline } = attempt
    const { fields } = request
    const { offsets, stats, clock } = this.#needs
    const outcome = pullOutcome(result, attempt.offset)
    const { kind } = outcome
    offsets.recordPull(fields.consumerGroup, fields.topic, fields.queueId, result.nextBeginOffset)
    const first = deadline === undefined
    if (first && (fields.sysFlag & PullSysFlag.COMMIT_OFFSET) !== 0 && fields.commitOffset >= 0)
      offsets.commit(fields.consumerGroup, fields.topic, fields.queueId, fields.commitOffset)
    if (kind === 'found') stats.onGet(fields.consumerGroup, fields.topic, result.messageCount, result.bytes)
    else stats.onMiss()
    if (first && kind === 'nothing' && (fields.sysFlag & PullSysFlag.SUSPEND) !== 0)
      return this.#wait(request, attempt.offset, clock.now() + this.#waitMs(fields), access)
    // It was woken by messages that turned out not to match: it waits on, behind them.
    if (deadline !== undefined && kind === 'retry' && clock.now() < deadline)
      return this.#wait(request, result.nextBeginOffset, deadline, access)
    return resultOf(outcome, result, access)
  }

  #waitMs(fields: PullFields): number {
    const { longPolling, shortPollingMs } = this.#needs.config.current
    return longPolling ? fields.suspendTimeoutMillis : shortPollingMs
  }

  #wait(request: PullRequest, offset: number, deadline: number, access: PullAccess): Promise<PullResult> {
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

  #moveTo(offset: number, access: PullAccess, { topic, queueId }: PullFields): PullResult {
    const place = {
      nextBeginOffset: offset,
      minOffset: this.#needs.store.minOffset(topic, queueId),
      maxOffset: this.#needs.store.maxOffset(topic, queueId),
    }
    return resultOf(RESET, place, access)
  }
}

function resultOf(
  outcome: PullOutcome,
  read: Pick<ReadResult, 'nextBeginOffset' | 'minOffset' | 'maxOffset'> & {
    buffers?: ReadResult['buffers']
  },
  { topic, group }: PullAccess,
): PullResult {
  return {
    outcome,
    // Consumers come back to this broker: it has no slave to suggest.
    suggestWhichBrokerId: MASTER_ID,
    nextBeginOffset: read.nextBeginOffset,
    minOffset: read.minOffset,
    maxOffset: read.maxOffset,
    topicSysFlag: topic.topicSysFlag,
    groupSysFlag: group.groupSysFlag,
    records: outcome.kind === 'found' ? read.buffers : undefined,
  }
}

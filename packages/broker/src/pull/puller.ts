import type { Clock } from '@rocketeer/foundation'
import { MASTER_ID } from '@rocketeer/protocol/bodies'
import { PullSysFlag } from '@rocketeer/protocol/commands'
import type { Peer } from '@rocketeer/remoting'
import type { MessageStore, ReadResult } from '@rocketeer/store'
import { refusals } from '../errors.js'
import type { BrokerStats } from '../stats/broker-stats.js'
import type { ConsumerOffsets, GroupQueue } from '../tables/consumer-offsets.js'
import { type PullAccess, type PullAccessNeeds, type PullFields, pullAccess } from './pull-access.js'
import { type PullOutcome, pullOutcome, RESET } from './pull-outcome.js'
import type { WaitingPull, WaitingPulls } from './waiting-pulls.js'

/** What is pulled, and who waits for it. The requests of both pull commands have this shape. */
export interface PullRequest {
  readonly fields: PullFields
  readonly connection: Peer
}

/** What a pull found. The response header is encoded from this object. */
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
  /** To be called when the records have left: the store uses their memory again. */
  readonly release: (() => void) | undefined
}

/** One look at the queue for a pull: the first one, or one after the pull was woken. */
interface Attempt extends GroupQueue {
  readonly request: PullRequest
  /** Where to read; after a wait it may lie behind messages that did not match. */
  readonly offset: number
  /** Until when the pull waits, in milliseconds since the epoch; undefined at the first attempt, which alone commits. */
  readonly deadline?: number
}

/** A pull in the waiting room is the attempt it makes when it is woken. */
type NextAttempt = Attempt & WaitingPull

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
    const { consumerGroup: group, topic, queueId, queueOffset: offset } = request.fields
    return this.#attempt({ request, group, topic, queueId, offset })
  }

  #attempt(attempt: Attempt): PullResult | Promise<PullResult> {
    const { request, topic, queueId, offset } = attempt
    const { offsets, store } = this.#needs
    const access = pullAccess(this.#needs, request.fields)
    const resetTo = offsets.takeReset(attempt)
    if (resetTo !== undefined) return this.#moveTo(resetTo, access, attempt)
    const limits = this.#limits(request.fields)
    const { filter } = access
    const result = store.read({ topic, queueId, offset, limits, filter, borrows: true })
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
    const { deadline, offset } = attempt
    const { sysFlag, commitOffset } = attempt.request.fields
    const { offsets, stats, clock, store } = this.#needs
    // An offset of a deleted topic whose name this one has: it goes on with the first message, at once.
    const { topic, queueId } = attempt
    if (result.status === 'offsetTooSmall' && result.minOffset > 0 && store.hasFirst(topic, queueId))
      return this.#attempt({ ...attempt, offset: result.minOffset })
    const outcome = pullOutcome(result, offset)
    const { kind } = outcome
    offsets.recordPull(attempt, result.nextBeginOffset)
    const first = deadline === undefined
    if (first && (sysFlag & PullSysFlag.COMMIT_OFFSET) !== 0 && commitOffset >= 0)
      offsets.commit(attempt, commitOffset)
    if (kind === 'found') stats.onGet(attempt, result)
    else stats.onMiss()
    if (first && kind === 'nothing' && (sysFlag & PullSysFlag.SUSPEND) !== 0)
      return this.#wait(attempt, offset, access)
    // The messages that woke the pull turned out not to match: it waits on, behind them.
    if (!first && kind === 'retry' && clock.now() < deadline)
      return this.#wait(attempt, result.nextBeginOffset, access)
    return resultOf(outcome, result, access)
  }

  #waitMs(fields: PullFields): number {
    const { longPolling, shortPollingMs } = this.#needs.config.current
    return longPolling ? fields.suspendTimeoutMillis : shortPollingMs
  }

  /** Until a message arrives behind `offset` that may match, or the time of the pull is up. */
  #wait(attempt: Attempt, offset: number, access: PullAccess): Promise<PullResult> {
    const { request, group, topic, queueId } = attempt
    const { waitingPulls, clock } = this.#needs
    return new Promise((resolve, reject) => {
      const pull: NextAttempt = {
        request,
        group,
        topic,
        queueId,
        peer: request.connection,
        deadline: attempt.deadline ?? clock.now() + this.#waitMs(request.fields),
        offset,
        accepts: access.filter.accepts,
        wake: () => {
          try {
            resolve(this.#attempt(pull))
          } catch (error) {
            reject(error)
          }
        },
      }
      if (!waitingPulls.add(pull)) reject(refusals.PULLS_FULL({ pulls: waitingPulls.size }))
    })
  }

  #moveTo(offset: number, access: PullAccess, { topic, queueId }: GroupQueue): PullResult {
    const bounds = {
      nextBeginOffset: offset,
      minOffset: this.#needs.store.minOffset(topic, queueId),
      maxOffset: this.#needs.store.maxOffset(topic, queueId),
    }
    return resultOf(RESET, bounds, access)
  }
}

function resultOf(
  outcome: PullOutcome,
  read: Pick<ReadResult, 'nextBeginOffset' | 'minOffset' | 'maxOffset'> & {
    buffers?: ReadResult['buffers']
    release?: ReadResult['release']
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
    release: read.release,
  }
}

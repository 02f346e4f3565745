import { isRocketeerError } from '@rocketeer/foundation'
import { ResponseCode } from '@rocketeer/protocol'
import { answerOf, isQueueRefused } from '../answers.js'
import type { Problems } from '../problems.js'
import type { MessageQueue } from '../routing/message-queue.js'

/** Apache: DefaultMQPushConsumerImpl.pullTimeDelayMillsWhenException and PULL_TIME_DELAY_MILLS_WHEN_BROKER_FLOW_CONTROL. */
export const PAUSE_AFTER_FAILURE_MS = 3_000
/**
 * After a failure of the connection, then twice as long each time: to see whether a broker is back costs nearly nothing, and
 * its messages wait.
 */
const PAUSE_AFTER_DISCONNECT_MS = 200
const PAUSE_AFTER_FLOW_CONTROL_MS = 20

/** Long enough for the heartbeat that is sent then. */
const PAUSE_FOR_HEARTBEAT_MS = 200

/** The broker lost our group or subscription, or has an older one: a heartbeat mends it. */
const NEEDS_HEARTBEAT: ReadonlySet<number> = new Set([
  ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST,
  ResponseCode.SUBSCRIPTION_NOT_EXIST,
  ResponseCode.SUBSCRIPTION_NOT_LATEST,
  ResponseCode.FILTER_DATA_NOT_EXIST,
  ResponseCode.FILTER_DATA_NOT_LATEST,
])

/** Errors that an outage of a broker brings; they are told once, however often they come. */
const DISCONNECTED: ReadonlySet<string> = new Set([
  'BROKER_UNREACHABLE',
  'CONNECTION_CLOSED',
  'CONNECTION_SILENT',
])

interface FailedRequestsNeeds {
  queue: MessageQueue
  heartbeats: { soon(): void }
  /** Called when the broker does not have the queue, or its topic, any more; not given where the user chose the queue. */
  onQueueRefused?: ((queue: MessageQueue) => void) | undefined
  problems: Problems
}

/** Decides how long a reader pauses after a failed pull or pop, and reports the failure or asks for a heartbeat. */
export class FailedRequests {
  readonly #needs: FailedRequestsNeeds
  #waitedForHeartbeat = false
  #waitedForRoute = false
  #disconnects = 0

  constructor(needs: FailedRequestsNeeds) {
    this.#needs = needs
  }

  /** Called after each request that succeeded. */
  succeeded(): void {
    this.#waitedForHeartbeat = false
    this.#waitedForRoute = false
    this.#disconnects = 0
  }

  /** Milliseconds until the next request. */
  pauseMsAfter(error: unknown): number {
    const answer = answerOf(error)
    if (answer === ResponseCode.FLOW_CONTROL) return PAUSE_AFTER_FLOW_CONTROL_MS
    if (answer !== undefined && NEEDS_HEARTBEAT.has(answer)) {
      this.#needs.heartbeats.soon()
      // A broker that has just joined has not heard of us yet: that is no problem unless it lasts.
      if (!this.#waitedForHeartbeat) {
        this.#waitedForHeartbeat = true
        return PAUSE_FOR_HEARTBEAT_MS
      }
    }
    if (this.#isQueueGone(error)) return PAUSE_AFTER_FAILURE_MS
    this.#needs.problems.report(error, this.#needs.queue)
    if (!isRocketeerError(error) || !DISCONNECTED.has(error.code)) return PAUSE_AFTER_FAILURE_MS
    return Math.min(PAUSE_AFTER_FAILURE_MS, PAUSE_AFTER_DISCONNECT_MS * 2 ** this.#disconnects++)
  }

  /** True for a topic that got fewer queues: the queues are divided again, which is no problem unless it lasts. */
  #isQueueGone(error: unknown): boolean {
    const { queue, onQueueRefused } = this.#needs
    if (onQueueRefused === undefined) return false
    const refused = isQueueRefused(error)
    if (refused || answerOf(error) === ResponseCode.TOPIC_NOT_EXIST) onQueueRefused(queue)
    const isNew = refused && !this.#waitedForRoute
    this.#waitedForRoute ||= refused
    return isNew
  }
}

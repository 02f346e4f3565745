import type { Clock } from '@rocketeer/foundation'
import { PropertyName } from '@rocketeer/protocol/record'
import { clientErrors } from '../errors.js'
import type { FailureNotes } from '../handling/failure-notes.js'
import type { Failure } from '../handling/handler-runner.js'
import { Postponed } from '../handling/postpone.js'
import { RetryLater } from '../handling/retry-later.js'
import type { Heartbeats } from '../heartbeats.js'
import type { Message } from '../messages/received-message.js'
import type { Problems } from '../problems.js'
import type { Brokers } from '../routing/brokers.js'
import type { SendBack } from '../sending/send-back.js'
import { Acknowledgements } from './acknowledgements.js'
import { type ChangeOptions, changeInvisibleTime, retryDelayMs } from './invisible-time.js'
import type { Popped } from './popped.js'
import type { PoppingConfig } from './popping-options.js'

/** Apache: DefaultMQPushConsumerImpl.getMaxReconsumeTimes. */
const RECONSUME_TIMES_MAX = 16
/** For a message whose handler takes too long, the same as for a pulled one. */
const TIMEOUT_DELAY_LEVEL = 3

/** How many messages a consumer popped, and their outcomes. What has no outcome yet is in its `popBacklog`. */
export interface PopCounts {
  popped: number
  /** Handled, and its broker knows it. */
  acknowledged: number
  /** The handler failed, or took longer than `consumeTimeoutMs`: delivered again after a delay. */
  failed: number
  /** Its invisible time was over before a handler began: skipped, and delivered again. */
  leftOut: number
  /** Its invisible time ran out before its broker knew that it was handled: delivered again all the same. */
  outOfTime: number
  /**
   * Given to the other members before a handler began, at `pause` and `close` and after waiting for most of its
   * invisible time; or postponed by its handler.
   */
  givenBack: number
  /** Gone to the dead letters. */
  deadLettered: number
}

interface PopOutcomesNeeds {
  config: PoppingConfig
  brokers: Brokers
  clock: Clock
  sendBack: SendBack
  notes: FailureNotes
  heartbeats: Pick<Heartbeats, 'keepsFailureHistory'>
  problems: Problems
}

/** Brings each popped message to its outcome, and counts the outcomes. Nothing here rejects. */
export class PopOutcomes {
  readonly counts: PopCounts = {
    popped: 0,
    acknowledged: 0,
    failed: 0,
    leftOut: 0,
    outOfTime: 0,
    givenBack: 0,
    deadLettered: 0,
  }
  readonly #needs: PopOutcomesNeeds
  readonly #acknowledgements: Acknowledgements

  constructor(needs: PopOutcomesNeeds) {
    this.#needs = needs
    this.#acknowledgements = new Acknowledgements({
      ...needs,
      group: needs.config.group,
      onOutcome: (popped, acknowledged) => this.#end(popped, acknowledged ? 'acknowledged' : 'outOfTime'),
    })
  }

  /** For a message that was handled, or that the subscription does not want. */
  acknowledge(popped: Popped): void {
    if (this.isOurs(popped)) this.#acknowledgements.add(popped)
    else this.outOfTime(popped)
  }

  /**
   * Has the message delivered again, at the time the handler asked for or after a delay that grows with its deliveries;
   * after the last one allowed it becomes a dead letter.
   */
  async fail(popped: Popped, failure: Failure): Promise<void> {
    if (!this.isOurs(popped)) return this.outOfTime(popped)
    const { thrown } = failure
    if (thrown instanceof Postponed) return this.giveBack(popped, thrown.afterMs)
    const { reconsumeTimes } = popped.message
    const { delayLevel, afterMs } =
      thrown instanceof RetryLater ? thrown : { delayLevel: 0, afterMs: undefined }
    const dead = delayLevel < 0 || reconsumeTimes >= this.#reconsumeTimesMax
    const { message, reason } = this.#needs.notes.note(popped.message, failure)
    if (dead && (await this.#deadLetter(popped, message, reason))) return
    await this.#redeliver(popped, message, afterMs ?? retryDelayMs(reconsumeTimes, delayLevel))
  }

  /** For a message whose handler took too long: it is delivered again. */
  async takeFromHandler(popped: Popped, failure: Failure): Promise<void> {
    const { message } = this.#needs.notes.note(popped.message, failure)
    await this.#redeliver(popped, message, retryDelayMs(0, TIMEOUT_DELAY_LEVEL))
  }

  /**
   * True for a message that was delivered more often than allowed, since none of its consumers lived to report a
   * failure.
   */
  wasDeliveredTooOften({ message }: Popped): boolean {
    return message.reconsumeTimes > this.#reconsumeTimesMax
  }

  /** Makes the message a dead letter without calling the handler. */
  async deadLetterUnhandled(popped: Popped): Promise<void> {
    const { messageId, reconsumeTimes } = popped.message
    const thrown = clientErrors.DELIVERED_TOO_OFTEN({ messageId, reconsumeTimes })
    this.#needs.problems.report(thrown, popped.source.queue)
    const { message } = this.#needs.notes.note(popped.message, { thrown, durationMs: 0 })
    if (!(await this.#deadLetter(popped, message))) this.#end(popped, 'failed')
  }

  /** Makes the message visible to the other members after `afterMs`, without counting a delivery. */
  async giveBack(popped: Popped, afterMs = 0): Promise<void> {
    await this.#changeTime(popped, afterMs, { uncounted: true })
    this.#end(popped, 'givenBack')
  }

  /** For a message whose invisible time was over before a handler began. */
  leaveOut(popped: Popped): void {
    this.#reportOutOfTime(popped)
    this.#end(popped, 'leftOut')
  }

  /** For a message whose invisible time was over before its broker knew that it was handled. */
  outOfTime(popped: Popped): void {
    this.#reportOutOfTime(popped)
    this.#end(popped, 'outOfTime')
  }

  /** True while the message is invisible to the other members. */
  isOurs({ dueAt }: Popped): boolean {
    return this.#needs.clock.now() < dueAt
  }

  /** Resolves when every acknowledgement is stored or given up. */
  close(): Promise<void> {
    return this.#acknowledgements.close()
  }

  get #reconsumeTimesMax(): number {
    return this.#needs.config.retriesMax ?? RECONSUME_TIMES_MAX
  }

  /** Apache's brokers make the next copy of the message as it was: only ours add the attempts that failed. */
  async #redeliver(popped: Popped, noted: Message, delayMs: number): Promise<void> {
    const { brokerName } = popped.handle
    const { [PropertyName.FAILURE_HISTORY]: history } = noted.properties
    const failureHistory = this.#needs.heartbeats.keepsFailureHistory(brokerName) ? history : undefined
    await this.#changeTime(popped, delayMs, { failureHistory })
    this.#end(popped, 'failed')
  }

  /** The dead letter is stored before the message is acknowledged: a crash in between makes two of it, not none. */
  async #deadLetter(popped: Popped, noted: Message, reason?: string): Promise<boolean> {
    if (!(await this.#needs.sendBack.send(noted, -1, reason))) return false
    this.counts.deadLettered++
    this.#acknowledgements.add(popped)
    return true
  }

  /** If the broker cannot be reached, the message is delivered again at the end of its invisible time. */
  async #changeTime(popped: Popped, delayMs: number, how: ChangeOptions): Promise<void> {
    const { config, brokers, clock, problems } = this.#needs
    try {
      await changeInvisibleTime({ group: config.group, brokers, clock }, popped, delayMs, how)
    } catch (error) {
      problems.report(error, popped.source.queue)
    }
  }

  #reportOutOfTime({ message: { messageId }, source }: Popped): void {
    const { popInvisibleMs } = this.#needs.config
    const error = clientErrors.INVISIBLE_TIME_OVER({ messageId, popInvisibleMs })
    this.#needs.problems.report(error, source.queue)
  }

  #end(popped: Popped, outcome: keyof PopCounts): void {
    this.counts[outcome]++
    popped.source.release()
  }
}

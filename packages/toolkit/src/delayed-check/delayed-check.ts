import { channel } from 'node:diagnostics_channel'
import {
  type Client,
  type Consumer,
  type HandlerContext,
  isRocketeerError,
  type Message,
  type MessageToSend,
  type Producer,
  toDeadLetters,
} from '@rocketeer/client'
import { parseOptions, sleep } from '@rocketeer/foundation'
import { toolkitErrors } from '../errors.js'
import { givenClient } from '../given.js'
import { Worker } from '../worker/worker.js'
import { checkIn, contentOf, type PendingCheck } from './check-message.js'
import {
  answerSchema,
  type Check,
  type DelayedCheckConfig,
  type DelayedCheckOptions,
  delayedCheckSchema,
  type ScheduledCheck,
  type ScheduleOptions,
  scheduleSchema,
} from './delayed-check-options.js'
import { type CheckTiming, NEAR_MS, nextStage } from './stages.js'

/** What became of a delivery: checked and decided, checked and to be seen again, or too early and sent on. */
export type CheckOutcome = 'decided' | 'again' | 'early' | 'failed'

/** `rocketeer:toolkit:delayed-check`: one for each delivery. */
export interface CheckEvent {
  readonly topic: string
  readonly group: string
  readonly key: string
  readonly outcome: CheckOutcome
  /** How long after its time it was delivered; below 0 for `early`. */
  readonly lateMs: number
}

/** Counts since the start, of this process. */
export interface DelayedCheckStatus extends Readonly<Record<CheckOutcome, number>> {
  readonly scheduled: number
  readonly cancelled: number
  /** `levels` also when it was found that the broker knows no timers. */
  readonly timing: CheckTiming
}

const events = channel('rocketeer:toolkit:delayed-check')

/** Set by brokers on messages that waited for a delivery time. Apache: MessageConst.PROPERTY_TIMER_OUT_MS. */
const TIMER_OUT = 'TIMER_OUT_MS'

/**
 * "Look in 30 minutes whether the order is paid": a check for each key, scheduled as a delayed message, run once it is
 * due, and scheduled anew when it cannot tell yet. Throws `OPTION_INVALID`, `GROUP_INVALID`, `TOPIC_INVALID`,
 * `GROUP_IN_USE` or `CLOSED`.
 */
export function delayedCheck(client: Client, options: DelayedCheckOptions): DelayedCheck {
  return new DelayedCheck(
    givenClient(client, 'delayedCheck'),
    parseOptions(delayedCheckSchema, options, 'delayedCheck'),
  )
}

/** Schedules checks, and runs those that are due; `delayedCheck` makes one. */
export class DelayedCheck extends Worker {
  readonly #config: DelayedCheckConfig
  readonly #producer: Producer
  readonly #consumer: Consumer | undefined
  readonly #counts = { scheduled: 0, cancelled: 0, decided: 0, again: 0, early: 0, failed: 0 }
  #timing: CheckTiming

  /** @internal */
  constructor(client: Client, config: DelayedCheckConfig) {
    super(`the delayed check (topic "${config.topic}", group "${config.group}")`, config.signal)
    this.#config = config
    this.#timing = config.timing
    this.#producer = this.resources.use(client.producer({ delayLevelMax: config.delayLevelsMs.length }))
    this.#consumer = config.check && this.resources.use(this.#consumerOf(client, config.check))
  }

  /** Resolves when this process takes part in checking, at once when it only schedules. Rejects as `consumer.ready` does. */
  get ready(): Promise<void> {
    return this.#consumer?.ready ?? Promise.resolve()
  }

  get status(): DelayedCheckStatus {
    return { ...this.#counts, timing: this.#timing }
  }

  /**
   * Has a key checked once its time has come. Call it before the transaction commits that makes the check needed: a check
   * of what was rolled back finds nothing, while a crash between a commit and `schedule` would leave nobody to look.
   * Scheduling a key twice has it checked twice. Rejects with `CHECK_KEY_INVALID`, `OPTION_INVALID`, or as
   * `producer.send` does.
   */
  async schedule(key: string, options: ScheduleOptions = {}): Promise<ScheduledCheck> {
    const check = this.#checkOf(key, options)
    const handle = await this.#send(check)
    this.#counts.scheduled++
    return { key, dueAt: check.dueAt, handle }
  }

  /**
   * The message that schedules a check, for an outbox: added in the transaction that makes the check needed, both are there
   * or neither, also while no broker answers. Throws `CHECK_KEY_INVALID` or `OPTION_INVALID`.
   */
  message(key: string, options: ScheduleOptions = {}): MessageToSend {
    return this.#messageOf(this.#checkOf(key, options))
  }

  #checkOf(key: string, options: ScheduleOptions): PendingCheck {
    if (typeof key !== 'string' || key === '') {
      const problem = `its key is ${key === '' ? 'empty' : `no text (${typeof key})`}; a text is needed`
      throw toolkitErrors.CHECK_KEY_INVALID({ problem })
    }
    const { afterMs, at, body } = parseOptions(scheduleSchema, options, 'schedule')
    const dueAt = at === undefined ? this.#now() + (afterMs ?? this.#config.afterMs) : Number(at)
    return { key, dueAt, checks: 0, ...(body !== undefined && { body }) }
  }

  /**
   * Takes a check back by the `handle` that `schedule` gave; null and undefined are fine. Resolves to whether the broker
   * took it back. False is no harm: then the check is run and sees by the state that there is nothing to do. Brokers
   * before RocketMQ 5.3, those without `recallMessageEnable`, and delay levels take nothing back, and a check that waits in
   * a later stage, or is due within a second, is not taken back any more. Rejects with `RECALL_HANDLE_INVALID`, or as
   * `producer.send` does.
   */
  async cancel(handle: string | null | undefined): Promise<boolean> {
    if (handle === undefined || handle === null) return false
    try {
      await this.#producer.recall(this.#config.topic, handle)
    } catch (error) {
      if (isRocketeerError(error, 'BROKER_REFUSED')) return false
      throw error
    }
    this.#counts.cancelled++
    return true
  }

  #now(): number {
    return this.#config.clock.now()
  }

  #consumerOf(client: Client, check: Check): Consumer {
    const { topic, group, concurrency, retriesMax } = this.#config
    const consumer = client.consumer({
      group,
      subscribe: { [topic]: '*' },
      // A check that was scheduled before the first process checked counts, too.
      startFrom: 'first',
      concurrency,
      retriesMax,
      handle: (message, context) => this.#handle(message, context, check),
    })
    consumer.on('problem', (error) => this.report(error, { topic, group }))
    return consumer
  }

  /** Resolves to the handle by which the message can be taken back. */
  async #send(check: PendingCheck): Promise<string | undefined> {
    return (await this.#producer.send(this.#messageOf(check))).recallHandle
  }

  #messageOf(check: PendingCheck): MessageToSend {
    const stage = nextStage(check.dueAt - this.#now(), { ...this.#config, timing: this.#timing })
    return { ...contentOf(this.#config.topic, check), ...stage }
  }

  async #handle(message: Message, { signal }: HandlerContext, run: Check): Promise<void> {
    const pending = readable(message)
    const lateMs = this.#now() - pending.dueAt
    try {
      if (lateMs < -NEAR_MS) {
        this.#watchTimers(message)
        await this.#send(pending)
        this.#told(pending, 'early', lateMs)
        return
      }
      if (lateMs < 0) await sleep(this.#config.clock, -lateMs, signal)
      const again = await this.#run(pending, signal, run)
      this.#told(pending, again ? 'again' : 'decided', lateMs)
    } catch (error) {
      this.#told(pending, 'failed', lateMs)
      throw error
    }
  }

  /** Returns whether the key is to be checked again, which is scheduled then. */
  async #run(pending: PendingCheck, signal: AbortSignal, run: Check): Promise<boolean> {
    const { key, dueAt, body } = pending
    const { checksMax } = this.#config
    const check = pending.checks + 1
    const answer = await run(key, { body, dueAt, check, isLast: check >= checksMax, signal })
    if (answer === undefined || answer === null) return false
    const { againAfterMs } = parseOptions(answerSchema, answer, 'the answer of a delayed check')
    if (check >= checksMax) throw toDeadLetters(toolkitErrors.CHECK_UNDECIDED({ key, checks: check }))
    await this.#send({ ...pending, dueAt: this.#now() + againAfterMs, checks: check })
    return true
  }

  /** A broker that knows no timers delivers at once: sent on as another timer message, it would come back for ever. */
  #watchTimers({ topic, properties }: Message): void {
    if (this.#timing === 'levels' || properties[TIMER_OUT] !== undefined) return
    if (Object.keys(properties).every((name) => !name.startsWith('TIMER_DELAY'))) return
    this.#timing = 'levels'
    this.report(toolkitErrors.TIMERS_UNKNOWN({ topic }), { topic })
  }

  #told({ key }: PendingCheck, outcome: CheckOutcome, lateMs: number): void {
    this.#counts[outcome]++
    if (!events.hasSubscribers) return
    const { topic, group } = this.#config
    const event: CheckEvent = { topic, group, key, outcome, lateMs }
    events.publish(event)
  }
}

/** No later delivery would make sense of it, so what cannot be read becomes a dead letter at once. */
function readable(message: Message): PendingCheck {
  try {
    return checkIn(message)
  } catch (error) {
    throw toDeadLetters(error)
  }
}

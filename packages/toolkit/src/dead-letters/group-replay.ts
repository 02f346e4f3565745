import { channel } from 'node:diagnostics_channel'
import { type Client, type Consumer, type HandlerContext, type Message, postpone } from '@rocketeer/client'
import { isRocketeerError, messageOf } from '@rocketeer/foundation'
import { toolkitErrors } from '../errors.js'
import { DeadLetterProgress } from './dead-letter-progress.js'
import { LeftReplays } from './left-replays.js'
import { type DeadLetterOutcome, type DeadLetterState, noOutcomes, type OutcomeCounts } from './outcome.js'
import { deadLetterTopicOf } from './replay-dead-letters.js'
import { ReplayRate } from './replay-rate.js'
import { isDecided, TakenDecisions } from './taken-decisions.js'
import { UndecidedReplays } from './undecided-replays.js'
import type { DeadLetterWorkerConfig } from './worker-options.js'

/** Each outcome: a `DeadLetterOutcome`. */
const outcomesChannel = channel('rocketeer:toolkit:dead-letters')

/** What the worker does for one group now. */
export interface GroupReplayStatus {
  readonly group: string
  /** Replays per second at most. */
  readonly ratePerSecond: number
  /** Until when nothing is replayed, because replays failed; milliseconds since the epoch. */
  readonly heldUntil: number | undefined
  /** Replayed messages of which nothing is known yet, and those that wait for a retry. */
  readonly undecided: number
  readonly retrying: number
  /** Changes of state since the worker began. */
  readonly counts: OutcomeCounts
}

interface GroupReplayNeeds {
  client: Client
  group: string
  config: DeadLetterWorkerConfig
  report: (error: unknown) => void
  /** Called when there is something to find out soon. */
  onReplayed: () => void
  /** Called when its consumer has closed, by itself or with its client. */
  onClose: () => void
}

/** Who pauses the consumer of dead letters. */
const PAUSER = 'dead-letter worker'
/** How long a dead letter that may not be replayed now waits before the next look. */
const LOOK_AGAIN_MS = 1_000
/** How often to look whether dead letters may be read, while there are none to read. */
const CHECK_INTERVAL_MS = 60_000
/** Dead letters read ahead, of each queue. */
const READ_AHEAD_MAX = 64
const QUEUES_AT_ONCE = 64
const PERM_READ = 4

/**
 * Replays the dead letters of one group. They are read in order by a consumer group of its own, whose queue locks see to it
 * that no two workers have the same dead letter, however many there are.
 */
export class GroupReplay {
  readonly group: string
  readonly #needs: GroupReplayNeeds
  readonly #consumer: Consumer
  readonly #progress: DeadLetterProgress
  readonly #undecided: UndecidedReplays
  readonly #left: LeftReplays
  readonly #rate: ReplayRate
  readonly #decisions: TakenDecisions
  readonly #counts = noOutcomes()
  readonly #end = new AbortController()
  #isHealthy = false
  #checkedAt = Number.NEGATIVE_INFINITY
  #isUnreadable = false

  constructor(needs: GroupReplayNeeds) {
    const { client, group, config } = needs
    this.#needs = needs
    this.group = group
    this.#rate = new ReplayRate(config, config.clock)
    this.#progress = new DeadLetterProgress(client, group)
    this.#decisions = new TakenDecisions({
      ...{ client, group, outcomes: config.outcomes },
      onTaken: (outcome) => this.keep(outcome),
    })
    this.#undecided = new UndecidedReplays({
      ...{ client, group, clock: config.clock, outcomeAfterMs: config.outcomeAfterMs },
      onConsumed: async (replay) => {
        this.#rate.consumed()
        await this.#change({ ...replay, state: 'consumed' }, ['replayed', 'retrying'])
      },
      onRetrying: async (replay, failures) => {
        if (failures === 1) this.#noteFailure()
        await this.#change({ ...replay, state: 'retrying' }, ['replayed', 'retrying', 'consumed'])
      },
    })
    this.#left = new LeftReplays({
      ...{ client, group, config },
      onConsumed: (outcome) => this.#change({ ...outcome, state: 'consumed' }, ['replayed', 'retrying']),
    })
    this.#consumer = client.consumer({
      group: workerGroupOf(group),
      subscribe: { [deadLetterTopicOf(group)]: '*' },
      startFrom: 'first',
      ordered: true,
      concurrency: QUEUES_AT_ONCE,
      pullThresholdMessages: READ_AHEAD_MAX,
      handle: (message, context) => this.#handle(message, context),
    })
    this.#consumer.pause(undefined, PAUSER)
    this.#consumer.once('close', needs.onClose)
    this.#consumer.on('problem', (error) => {
      // A group has no such topic before its first dead letter.
      if (!isRocketeerError(error, 'NO_ROUTE')) needs.report(error)
    })
  }

  get status(): GroupReplayStatus {
    return {
      group: this.group,
      ratePerSecond: this.#rate.perSecond,
      heldUntil: this.#rate.heldUntil,
      undecided: this.#undecided.size,
      retrying: this.#undecided.retrying,
      counts: { ...this.#counts },
    }
  }

  /** True while there is something that the next round may find out. */
  get isBusy(): boolean {
    return this.#undecided.size + this.#undecided.retrying + this.#left.size > 0
  }

  setHealthy(isHealthy: boolean): void {
    this.#isHealthy = isHealthy
    if (isHealthy) this.#consumer.resume(undefined, PAUSER)
    else {
      this.#consumer.pause(undefined, PAUSER)
      this.#rate.reset()
    }
  }

  /** Finds out what became of replayed messages, and commits how far replays are. */
  async round(): Promise<void> {
    await this.#undecided.look()
    await this.#left.look()
    await this.#decisions.look()
    await this.#progress.commit(this.#consumer.queues)
    await this.#checkReadable()
  }

  async close(): Promise<void> {
    this.#end.abort()
    const owned = this.#consumer.queues
    await this.#consumer.close()
    try {
      await this.#progress.commit(owned)
    } catch (error) {
      // Closed together with its client: what was done in the last second is not noted, as after a crash.
      if (!isRocketeerError(error, 'CLOSED')) throw error
      this.#needs.report(error)
    }
  }

  /** Gives the message to its group, whatever the dependency's health. */
  async replay(message: Message): Promise<void> {
    const { client, config } = this.#needs
    const outcome = this.#outcomeOf(message, 'replaying', message.replayTimes + 1)
    await config.outcomes.put(outcome)
    try {
      await this.#undecided.expect(outcome)
      const place = await client.admin().messages.redeliver(message, this.group)
      await this.keep({ ...outcome, state: 'replayed' })
      await this.#undecided.replayed(outcome, place)
      this.#needs.onReplayed()
    } catch (error) {
      this.#undecided.forget(message.messageId)
      if (!isRefusedForGood(error)) throw error
      await this.#park(message, messageOf(error))
    }
  }

  /** Keeps an outcome, whatever there was. */
  async keep(outcome: DeadLetterOutcome): Promise<void> {
    await this.#needs.config.outcomes.put(outcome)
    this.#tell(outcome)
  }

  async #handle(message: Message, { signal }: HandlerContext): Promise<void> {
    const { queue, queueOffset, replayTimes } = message
    if (await this.#progress.isPast(queue, queueOffset)) return
    const { outcomes, replaysMax } = this.#needs.config
    const known = await outcomes.find(this.group, message.messageId)
    if (known === undefined || !isDone(known, message)) {
      if (replayTimes > 0) await this.#noteDeadAgain(message, known)
      if (replayTimes >= replaysMax) {
        await this.#park(message, `it has failed again after ${replayTimes} replays (replaysMax)`)
      } else {
        await this.#turn(signal)
        await this.replay(message)
      }
    }
    await this.#progress.done(queue, queueOffset)
  }

  /** Resolves when a dead letter may be replayed; rejects so that the consumer keeps it when none may be now. */
  async #turn(signal: AbortSignal): Promise<void> {
    if (this.#mayReplay) await this.#rate.next(this.#end.signal).catch(() => undefined)
    if (!this.#mayReplay || signal.aborted) throw postpone({ afterMs: LOOK_AGAIN_MS })
  }

  get #mayReplay(): boolean {
    const hasRoom = this.#undecided.size < this.#needs.config.undecidedMax
    return this.#isHealthy && hasRoom && this.#rate.heldUntil === undefined && !this.#end.signal.aborted
  }

  /** Once for each death of the message, however often it is looked at. */
  async #noteDeadAgain(message: Message, known: DeadLetterOutcome | undefined): Promise<void> {
    if (known?.state === 'failed-again' && known.replays === message.replayTimes) return
    // Its first failure was noted when its retry was seen.
    if (known?.state !== 'retrying') this.#noteFailure()
    this.#undecided.forget(message.messageId)
    await this.keep(this.#outcomeOf(message, 'failed-again', message.replayTimes))
  }

  #noteFailure(): void {
    const holdMs = this.#rate.failed()
    if (holdMs === undefined) return
    const { failuresToHold: failures } = this.#needs.config
    this.#needs.report(toolkitErrors.REPLAYS_FAILING({ group: this.group, failures, holdMs }))
  }

  async #park(message: Message, reason: string): Promise<void> {
    const { group } = this
    const { messageId, key } = message
    await this.keep({ ...this.#outcomeOf(message, 'parked', message.replayTimes), reason })
    this.#needs.report(toolkitErrors.DEAD_LETTER_PARKED({ group, messageId, key, reason }))
  }

  /** Changes an outcome unless somebody else has decided meanwhile. */
  async #change(
    { messageId, topic, key, replays, state }: Omit<DeadLetterOutcome, 'group' | 'changedAt' | 'reason'>,
    from: readonly DeadLetterState[],
  ): Promise<void> {
    const { outcomes, clock } = this.#needs.config
    const { group } = this
    const outcome = {
      group,
      messageId,
      topic,
      key,
      replays,
      state,
      reason: undefined,
      changedAt: clock.now(),
    }
    if (await outcomes.change(outcome, from)) this.#tell(outcome)
  }

  #tell(outcome: DeadLetterOutcome): void {
    this.#counts[outcome.state]++
    if (outcomesChannel.hasSubscribers) outcomesChannel.publish(outcome)
  }

  #outcomeOf({ messageId, topic, key }: Message, state: DeadLetterState, replays: number): DeadLetterOutcome {
    const changedAt = this.#needs.config.clock.now()
    return { group: this.group, messageId, topic, key, state, replays, reason: undefined, changedAt }
  }

  /** Says once that the topic exists and may not be read, as long as nothing comes from it. */
  async #checkReadable(): Promise<void> {
    const { client, config, report } = this.#needs
    const now = config.clock.now()
    if (this.#consumer.queues.length > 0 || now - this.#checkedAt < CHECK_INTERVAL_MS) return
    this.#checkedAt = now
    const topic = deadLetterTopicOf(this.group)
    try {
      const { queueDatas } = await client.admin().topics.route(topic)
      const unreadable = queueDatas.filter(({ perm }) => (perm & PERM_READ) === 0)
      const isNews = unreadable.length > 0 && !this.#isUnreadable
      this.#isUnreadable = unreadable.length > 0
      const brokerNames = unreadable.map(({ brokerName }) => brokerName)
      if (isNews) report(toolkitErrors.DEAD_LETTERS_UNREADABLE({ topic, brokerNames }))
    } catch (error) {
      if (!isRocketeerError(error, 'NO_ROUTE')) throw error
    }
  }
}

/** The consumer group in which workers divide the dead letters of a group. */
export function workerGroupOf(group: string): string {
  return `DLQ_WORKER_${group}`
}

/** Whether somebody has decided about it, or it was replayed, for example before a worker was killed. */
function isDone(known: DeadLetterOutcome, message: Message): boolean {
  if (isDecided(known)) return true
  return known.state !== 'replaying' && known.replays > message.replayTimes
}

/** A broker will not take the message at any time. */
function isRefusedForGood(error: unknown): boolean {
  return isRocketeerError(error, 'BROKER_REFUSED') && error.details.answerName === 'MESSAGE_ILLEGAL'
}

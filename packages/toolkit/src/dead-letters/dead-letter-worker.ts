import type { Client, Message } from '@rocketeer/client'
import { optionErrors, parseOptions, Rounds } from '@rocketeer/foundation'
import { givenClient } from '../given.js'
import { type HealthStatus, HealthWatch } from '../health/health-watch.js'
import { Worker } from '../worker/worker.js'
import { GroupReplay, type GroupReplayStatus } from './group-replay.js'
import type { DeadLetterOutcome, DeadLetterState, OutcomeCounts, OutcomeQuery } from './outcome.js'
import { deadLetterTopicOf } from './replay-dead-letters.js'
import {
  type DeadLetterWorkerConfig,
  type DeadLetterWorkerOptions,
  deadLetterWorkerSchema,
} from './worker-options.js'

/** Which dead letter a person decides about. */
export interface DeadLetterChoice {
  /** May be left out when the worker has one group. */
  group?: string | undefined
  /** Its unique id, `message.messageId`. */
  messageId: string
}

/** What a person decides, and why. */
export interface DeadLetterDecision extends DeadLetterChoice {
  reason: string
}

/** What a `DeadLetterWorker` does now. */
export interface DeadLetterWorkerStatus {
  readonly health: HealthStatus
  readonly groups: readonly GroupReplayStatus[]
}

const ROUND_MS = 1_000
const IDLE_ROUND_MS = 15_000
const CLEAN_INTERVAL_MS = 3_600_000

/**
 * Gives the dead letters of groups to them again once the dependency they died of is healthy:
 *
 *     const worker = new DeadLetterWorker(mq, { groups: 'coupon', probe: sqlProbe(database), outcomes: sqlOutcomes(database) })
 *
 * While the probe fails it holds. Then it replays slowly, faster as messages are consumed, and stops when they fail again;
 * a message that fails after `replaysMax` replays is parked for a person, and the others go on. Several workers share the
 * work by the queues of the dead-letter topics. It begins by itself.
 */
export class DeadLetterWorker extends Worker {
  readonly #client: Client
  readonly #config: DeadLetterWorkerConfig
  readonly #watch: HealthWatch
  readonly #groups: readonly GroupReplay[]
  readonly #rounds: Rounds
  #cleanedAt: number

  /** Throws `OPTION_INVALID`, and what `client.consumer` throws. */
  constructor(client: Client, options: DeadLetterWorkerOptions) {
    const config = parseOptions(deadLetterWorkerSchema, options, 'DeadLetterWorker')
    const { clock, groups } = config
    super(`the dead-letter worker (${groups.map((group) => `group "${group}"`).join(', ')})`, config.signal)
    this.#client = givenClient(client, 'DeadLetterWorker')
    this.#config = config
    this.#cleanedAt = clock.now()
    this.#watch = new HealthWatch({
      name: 'the dead-letter worker',
      clock,
      config,
      onChange: (state) => {
        for (const group of this.#groups) group.setHealthy(state === 'healthy')
      },
    })
    this.#rounds = new Rounds({
      clock,
      round: () => this.#round(),
      onFailure: (error) => this.report(error),
      retryAfterMs: IDLE_ROUND_MS,
    })
    this.resources.use(this.#watch)
    this.closeInTime(() => this.#rounds.close())
    this.#groups = groups.map((group) =>
      this.resources.use(
        new GroupReplay({
          ...{ client, group, config },
          report: (error) => this.report(error, { group }),
          // With the client: then nothing can be given again.
          onClose: () => void this.close().catch((error: unknown) => this.report(error, { group })),
          onReplayed: () => this.#rounds.due(clock.now() + ROUND_MS),
        }),
      ),
    )
    this.#rounds.start()
    this.#rounds.due(clock.now())
    this.#watch.start()
  }

  get status(): DeadLetterWorkerStatus {
    return { health: this.#watch.status, groups: this.#groups.map(({ status }) => status) }
  }

  /** What became of dead letters, the last changed first. Rejects with the store's error. */
  outcomes(query: Partial<OutcomeQuery> = {}): Promise<DeadLetterOutcome[]> {
    return this.#config.outcomes.list({ ...query, group: this.#groupOf(query.group).group })
  }

  /** How many dead letters of a group are in each state; those that wait for a first replay are in none. */
  counts(group?: string): Promise<OutcomeCounts> {
    return this.#config.outcomes.counts(this.#groupOf(group).group)
  }

  /** Has a dead letter not replayed by itself, until `replayNow`. Rejects with `MESSAGE_NOT_FOUND`. */
  park(decision: DeadLetterDecision): Promise<void> {
    return this.#decide(decision, 'parked')
  }

  /** Notes that a dead letter is not needed, and why; it is never replayed. Rejects with `MESSAGE_NOT_FOUND`. */
  drop(decision: DeadLetterDecision): Promise<void> {
    return this.#decide(decision, 'dropped')
  }

  /**
   * Gives a dead letter to its group now, whatever the probe says, also one that is parked or dropped. Rejects with
   * `MESSAGE_NOT_FOUND`.
   */
  async replayNow(choice: DeadLetterChoice): Promise<void> {
    const group = this.#groupOf(choice.group)
    await group.replay(await this.#find(choice, group))
  }

  async #decide({ reason, ...choice }: DeadLetterDecision, state: DeadLetterState): Promise<void> {
    if (typeof reason !== 'string' || reason.trim() === '') {
      const problems = ['"reason": whoever reads it later needs one']
      throw optionErrors.OPTION_INVALID({ subject: state === 'parked' ? 'park' : 'drop', problems })
    }
    const group = this.#groupOf(choice.group)
    const { outcomes, clock } = this.#config
    const known = await outcomes.find(group.group, choice.messageId)
    const { messageId, topic, key, replays } = known ?? replayedAs(await this.#find(choice, group))
    await group.keep({
      ...{ group: group.group, messageId, topic, key, replays },
      ...{ state, reason, changedAt: clock.now() },
    })
  }

  #find({ messageId }: DeadLetterChoice, { group }: GroupReplay): Promise<Message> {
    return this.#client.admin().messages.byId(messageId, deadLetterTopicOf(group))
  }

  #groupOf(name: string | undefined): GroupReplay {
    const found =
      name === undefined && this.#groups.length === 1
        ? this.#groups[0]
        : this.#groups.find(({ group }) => group === name)
    if (found) return found
    const names = this.#groups.map(({ group }) => `"${group}"`).join(', ')
    const problems = [`"group": one of this worker's is needed: ${names}`]
    throw optionErrors.OPTION_INVALID({ subject: 'DeadLetterWorker', problems })
  }

  async #round(): Promise<number> {
    for (const group of this.#groups) await group.round()
    const { clock, outcomes, keepMs } = this.#config
    const now = clock.now()
    if (now - this.#cleanedAt >= CLEAN_INTERVAL_MS) {
      this.#cleanedAt = now
      let more = true
      while (more && !this.isClosed) more = await outcomes.deleteBefore(now - keepMs)
    }
    return clock.now() + (this.#groups.some(({ isBusy }) => isBusy) ? ROUND_MS : IDLE_ROUND_MS)
  }
}

function replayedAs({ messageId, topic, key, replayTimes }: Message) {
  return { messageId, topic, key, replays: replayTimes }
}

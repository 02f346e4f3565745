import { type Message, retryLater } from '@rocketeer/client'
import { hashOf, idOf, type RunRecord } from '@rocketeer/test-kit'
import type { Actor } from './actor.js'

/** How the members of a group consume. */
export type ConsumeKind = 'concurrent' | 'ordered' | 'broadcasting' | 'pull'

export interface ConsumePlan {
  kind: ConsumeKind
  topic: string
  group: string
  seed: number
  /** Where broadcasting members keep their offsets. */
  localOffsetsDirectory: string
}

/** After this many retries a message becomes a dead letter. */
const RECONSUME_TIMES_MAX = 3
/** Handlers take 0 to 6 steps, so that many end at one moment of the clock. */
const HANDLE_STEP_MS = 200
const HANDLE_STEPS_MAX = 6
const POLL_MESSAGES_MAX = 4
const LONGER_THAN_A_RUN_MS = 24 * 60 * 60_000

/** One member of a group for its actor's lifetime; records every message it gets. */
export class RandomMember {
  readonly actor: Actor
  readonly #record: RunRecord
  readonly #plan: ConsumePlan
  /** Pull consumers: resolves when their loop has ended. */
  #polling: Promise<void> | undefined
  #leaving = false

  constructor(actor: Actor, record: RunRecord, plan: ConsumePlan) {
    this.actor = actor
    this.#record = record
    this.#plan = plan
    actor.inside(() => (plan.kind === 'pull' ? this.#pull() : this.#push(plan.kind)))
  }

  /** The group in the record: in broadcasting each member is a group of its own. */
  get #group(): string {
    return this.#plan.kind === 'broadcasting' ? this.actor.name : this.#plan.group
  }

  /** Leaves the group when everything that has begun is finished. */
  async leave(): Promise<void> {
    this.#leaving = true
    await this.#polling
    await this.actor.close()
  }

  #push(kind: 'concurrent' | 'ordered' | 'broadcasting'): void {
    const { topic, group, localOffsetsDirectory } = this.#plan
    this.actor.client.consumer({
      group,
      subscribe: { [topic]: '*' },
      startFrom: 'first',
      localOffsetsDirectory,
      mode: kind === 'broadcasting' ? 'broadcasting' : 'clustering',
      ordered: kind === 'ordered',
      ...(kind === 'concurrent' && { retriesMax: RECONSUME_TIMES_MAX }),
      suspendMs: 500,
      concurrency: 4,
      handle: (message) => this.#handle(message),
    })
  }

  #pull(): void {
    const { topic, group } = this.#plan
    const consumer = this.actor.client.pullConsumer({
      group,
      subscribe: { [topic]: '*' },
      startFrom: 'first',
    })
    const poll = async () => {
      while (!this.#leaving && !this.actor.killed) {
        for (const message of await consumer.poll({ messagesMax: POLL_MESSAGES_MAX, waitMs: 1_000 })) {
          await this.#handle(message)
        }
      }
      // The messages of the last poll are done.
      if (!this.actor.killed) await consumer.commit().catch(() => undefined)
    }
    // A killed member is closed in the middle of a poll when the run is over.
    this.#polling = consumer.ready.then(poll).catch((error: unknown) => {
      if (!this.actor.killed && !this.actor.closing) throw error
    })
  }

  async #handle(message: Message): Promise<void> {
    // The answer had arrived before the member was killed: nobody is left to handle the message.
    if (this.actor.killed) return this.actor.sleep(LONGER_THAN_A_RUN_MS)
    const id = idOf(message.text())
    const { brokerName, queueId, topic } = message.queue
    const { queueOffset, reconsumeTimes } = message
    const place = { queue: `${topic}/${brokerName}/${queueId}`, queueOffset, reconsumeTimes }
    const end = this.#record.delivering({ id, group: this.#group, member: this.actor.name, ...place })
    const luck = hashOf(`${this.#plan.seed} ${id}`)
    await this.actor.sleep((luck % (HANDLE_STEPS_MAX + 1)) * HANDLE_STEP_MS)
    if (this.#fails(message, luck)) {
      end('failed')
      throw retryLater()
    }
    end('done')
  }

  /** The same whoever handles the message: one of ten fails once or twice, dead ones always. */
  #fails({ tag, reconsumeTimes }: Message, luck: number): boolean {
    if (this.#plan.kind === 'pull') return false
    if (tag === 'dead') return true
    const failures = luck % 10 === 0 ? 1 + (luck % 2) : 0
    return reconsumeTimes < failures
  }
}

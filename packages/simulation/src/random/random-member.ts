import { type Message, retryLater } from '@rocketeer/client'
import type { RunRecord } from '@rocketeer/test-kit'
import type { Actor } from './actor.js'
import { idOf } from './random-sender.js'

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

/** After so many failed deliveries a message is a dead letter. */
const RECONSUME_TIMES_MAX = 3
/** Handlers take 0 to 6 steps; in steps, so that many end at one moment of the clock. */
const HANDLE_STEP_MS = 200
const HANDLE_STEPS_MAX = 6
const POLL_MESSAGES_MAX = 4
const LONGER_THAN_A_RUN_MS = 24 * 60 * 60_000

/** One member of a group, joined for its actor's lifetime; writes down all it gets. */
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

  /** As whom it audits: in broadcasting each member is a group of its own. */
  get #group(): string {
    return this.#plan.kind === 'broadcasting' ? this.actor.name : this.#plan.group
  }

  /** Finishes what it has begun. */
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
      ...(kind === 'concurrent' && { maxReconsumeTimes: RECONSUME_TIMES_MAX }),
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
      // What the last poll gave is done.
      if (!this.actor.killed) await consumer.commit().catch(() => undefined)
    }
    // One who was killed is closed in the middle of a poll when the run is over.
    this.#polling = consumer.ready.then(poll).catch((error: unknown) => {
      if (!this.actor.killed && !this.actor.closing) throw error
    })
  }

  async #handle(message: Message): Promise<void> {
    // An answer that had reached him before he was killed: there is nobody to handle it.
    if (this.actor.killed) return this.actor.sleep(LONGER_THAN_A_RUN_MS)
    const id = idOf(message.text())
    const { brokerName, queueId, topic } = message.queue
    const { queueOffset, reconsumeTimes } = message
    const place = { queue: `${topic}/${brokerName}/${queueId}`, queueOffset, reconsumeTimes }
    const end = this.#record.delivering({ id, group: this.#group, member: this.actor.name, ...place })
    const luck = hash(`${this.#plan.seed} ${id}`)
    await this.actor.sleep((luck % (HANDLE_STEPS_MAX + 1)) * HANDLE_STEP_MS)
    if (this.#fails(message, luck)) {
      end('failed')
      throw retryLater()
    }
    end('done')
  }

  /** The same whoever handles it: one of ten fails once, some twice, dead ones always. */
  #fails({ tag, reconsumeTimes }: Message, luck: number): boolean {
    if (this.#plan.kind === 'pull') return false
    if (tag === 'dead') return true
    const failures = luck % 10 === 0 ? 1 + (luck % 2) : 0
    return reconsumeTimes < failures
  }
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  return (value ^ (value >>> 15)) >>> 0
}

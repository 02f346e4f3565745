import type {
  DeliveryTime,
  MessageContent,
  Producer,
  TransactionOutcome,
  TransactionProducer,
} from '@rocketeer/client'
import { bodyOf, type Fate, idOf, type RunRecord, type SeededRandom } from '@rocketeer/test-kit'
import type { Actor } from './actor.js'
import { LEVEL_DELAYS_MS } from './random-cluster.js'

/** The kinds of sends in a run. */
export type SendKind = 'single' | 'batch' | 'timed' | 'transaction'

export interface SendPlan {
  topic: string
  kinds: readonly SendKind[]
  /** Of a hundred messages, the number that every handler fails on. */
  deadPercent: number
}

const KEYS = 3
const BODY_BYTES_MAX = 2_000
const TIMER_DELAY_MAX_MS = 40_000

/** The producers' database: the outcome of each transaction, for whichever producer is asked. */
export type Outcomes = Map<string, TransactionOutcome>

export interface SenderParts {
  record: RunRecord
  random: SeededRandom
  plan: SendPlan
  outcomes: Outcomes
}

/** One producer of a run. It sends the messages of a key one after the other, and the keys side by side. */
export class RandomSender {
  readonly actor: Actor
  readonly #record: RunRecord
  readonly #random: SeededRandom
  readonly #plan: SendPlan
  readonly #outcomes: Outcomes
  readonly #producer: Producer
  /** Sends once: a recall takes back one copy of a message, and a send that is tried again may have stored two. */
  readonly #recalling: Producer
  readonly #transactions: TransactionProducer | undefined
  /** The last send of each key. */
  readonly #lines = new Map<string, Promise<void>>()
  #sequence = 0
  #underway = 0

  constructor(actor: Actor, { record, random, plan, outcomes }: SenderParts) {
    this.actor = actor
    this.#record = record
    this.#random = random
    this.#plan = plan
    this.#outcomes = outcomes
    this.#producer = actor.inside(() => actor.client.producer())
    this.#recalling = actor.inside(() => actor.client.producer({ group: 'recallers', sendRetriesMax: 0 }))
    if (!plan.kinds.includes('transaction')) return
    this.#transactions = actor.inside(() =>
      actor.client.transactionProducer({
        group: 'payers',
        topics: [plan.topic],
        check: async (message) => outcomes.get(idOf(message.text())) ?? 'unknown',
      }),
    )
  }

  /** Number of sends without an answer yet. */
  get underway(): number {
    return this.#underway
  }

  send(): void {
    const key = `key-${this.#random.below(KEYS)}`
    const kind = this.#random.pick(this.#plan.kinds)
    const random = this.#random.fork()
    const before = this.#lines.get(key)
    this.#underway++
    const sending = this.actor.inside(async () => {
      await before
      await this.#sendOne(kind, key, random)
      this.#underway--
    })
    this.#lines.set(key, sending)
  }

  #sendOne(kind: SendKind, key: string, random: SeededRandom): Promise<void> {
    if (kind === 'batch') return this.#batch(key, random)
    if (kind === 'timed') return this.#timed(random)
    if (kind === 'transaction') return this.#transaction(random)
    return this.#single(key, random)
  }

  async #single(key: string, random: SeededRandom): Promise<void> {
    const dead = random.below(100) < this.#plan.deadPercent
    const { message, answered } = this.#next(random, { order: key, tag: dead ? 'dead' : 'good' })
    await this.#producer.send(message, { orderKey: key }).then(
      () => answered(dead ? 'dead' : 'expected'),
      () => answered('possible'),
    )
  }

  async #batch(key: string, random: SeededRandom): Promise<void> {
    const all = Array.from({ length: random.between(2, 8) }, () =>
      this.#next(random, { order: key, tag: 'good' }),
    )
    const answerAll = (fate: Fate) => {
      for (const { answered } of all) answered(fate)
    }
    const messages = all.map(({ message }) => message)
    await this.#producer.sendBatch(messages, { orderKey: key }).then(
      () => answerAll('expected'),
      () => answerAll('possible'),
    )
  }

  async #timed(random: SeededRandom): Promise<void> {
    const { facts, delayMs } = delayOf(random, this.actor.clock.now())
    const { message, answered } = this.#next(random, {
      tag: 'good',
      notBefore: this.actor.clock.now() + delayMs,
    })
    try {
      const { recallHandle } = await this.#recalling.send({ ...message, ...facts })
      answered('expected')
      if (recallHandle === undefined || !random.chance(0.2)) return
      await this.actor.sleep(random.below(delayMs))
      // Until the broker answers the recall, the message may be delivered or not.
      answered('possible')
      await this.#recalling.recall(message.topic, recallHandle)
      answered('forbidden')
    } catch {
      answered('possible')
    }
  }

  async #transaction(random: SeededRandom): Promise<void> {
    const { id, message, answered } = this.#next(random, { tag: 'good' })
    const outcome: TransactionOutcome = random.chance(0.6) ? 'commit' : 'rollback'
    // Without an answer to the half message the local transaction does not run.
    this.#outcomes.set(id, 'rollback')
    const told = random.chance(0.7) ? outcome : 'unknown'
    const run = async () => {
      this.#outcomes.set(id, outcome)
      return told
    }
    await this.#transactions!.send(message, run).catch(() => undefined)
    answered(this.#outcomes.get(id) === 'commit' ? 'expected' : 'forbidden')
  }

  #next(random: SeededRandom, facts: { order?: string; tag: string; notBefore?: number }) {
    const producer = this.actor.name
    const sequence = this.#sequence++
    const id = `${producer}-${sequence}`
    const { order: key, tag, notBefore } = facts
    const answered = this.#record.sending({
      id,
      ...(key !== undefined && { order: { producer, key, sequence } }),
      ...(notBefore !== undefined && { notBefore }),
    })
    const body = bodyOf(id, random.below(BODY_BYTES_MAX))
    const message: MessageContent = { topic: this.#plan.topic, body, tag, key: id }
    return { id, message, answered }
  }
}

function delayOf(random: SeededRandom, now: number): { facts: DeliveryTime; delayMs: number } {
  const delayMs = random.between(1, TIMER_DELAY_MAX_MS)
  const delayLevel = random.between(1, LEVEL_DELAYS_MS.length)
  return random.pick([
    { facts: { deliverAfterMs: delayMs }, delayMs },
    { facts: { deliverAt: now + delayMs }, delayMs },
    { facts: { delayLevel }, delayMs: LEVEL_DELAYS_MS[delayLevel - 1]! },
  ])
}

import { type Consumer, type Message, type PopCounts, retryLater } from '@rocketeer/client'
import type { ManualClock } from '@rocketeer/foundation'
import { SeededRandom } from '@rocketeer/test-kit'
import type { Actor } from './actor.js'
import { RandomCluster } from './random-cluster.js'

/** One time a handler had a message. */
export interface PopDelivery {
  id: string
  member: string
  beganAt: number
  /** Undefined when the member was killed first. */
  endedAt: number | undefined
  outcome: 'done' | 'failed' | 'unfinished'
}

export interface PopPlan {
  seed: number
  steps: number
  /** The broker is killed and started again now and then. */
  killBroker: boolean
}

interface Member {
  actor: Actor
  consumer: Consumer
}

export const INVISIBLE_MS = 8_000
const TOPIC = 'orders'
const GROUP = 'coupon'
const MEMBERS_MAX = 4
const DRAIN_MAX_MS = 10 * 60_000
const QUIET_MS = 30_000

/** Popping consumers that join, close, are killed and cut off while a producer sends; the same seed does the same. */
export class PopRun implements AsyncDisposable {
  readonly deliveries: PopDelivery[] = []
  /** Ids of messages that were acknowledged to their producer. */
  readonly sent = new Set<string>()
  readonly killedAt = new Map<string, number>()
  /** Of every member that was not killed, also of those that have left. */
  readonly counts: PopCounts[] = []
  brokerKills = 0
  readonly #plan: PopPlan
  readonly #random: SeededRandom
  readonly #clock: ManualClock
  readonly #cluster: RandomCluster
  readonly #members = new Map<string, Member>()
  readonly #actors = new Set<Actor>()
  readonly #leaving = new Set<Promise<void>>()
  readonly #sender: Actor
  #sending = 0
  #names = 0

  private constructor(plan: PopPlan, cluster: RandomCluster, sender: Actor) {
    this.#plan = plan
    this.#random = new SeededRandom(plan.seed)
    this.#clock = cluster.clock
    this.#cluster = cluster
    this.#sender = sender
    this.#actors.add(sender)
  }

  static async start(plan: PopPlan, clock: ManualClock): Promise<PopRun> {
    const cluster = await RandomCluster.start(clock, new SeededRandom(plan.seed))
    const run = new PopRun(plan, cluster, await cluster.connect('sender', new SeededRandom(plan.seed)))
    await run.#sender.inside(async () => {
      const admin = run.#sender.client.admin()
      await admin.topics.create(TOPIC, { queues: 4 })
      await admin.groups.create(GROUP)
      const popShareQueues = run.#random.below(2)
      await admin.groups.setRequestMode(GROUP, TOPIC, { mode: 'POP', popShareQueues })
    })
    await run.#join()
    await run.#join()
    return run
  }

  async play(): Promise<void> {
    for (let step = 0; step < this.#plan.steps; step++) {
      await this.#step()
      await this.#clock.advance(this.#random.chance(0.2) ? 20_000 : this.#random.between(1, 30) * 100)
    }
    if (this.#members.size === 0) await this.#join()
    const until = this.#clock.now() + DRAIN_MAX_MS
    while (this.#isOpen() && this.#clock.now() < until) await this.#clock.advance(2_000)
    // Long enough for messages that should not come again.
    await this.#clock.advance(QUIET_MS)
    for (const { consumer } of this.#members.values()) this.counts.push(consumer.popCounts)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = Promise.all([...this.#leaving, ...[...this.#actors].map((actor) => actor.close())])
    let left = false
    void closed.finally(() => {
      left = true
    })
    while (!left) await this.#clock.advance(500)
    await closed
    await this.#cluster[Symbol.asyncDispose]()
  }

  #isOpen(): boolean {
    const done = new Set(this.deliveries.filter(({ outcome }) => outcome === 'done').map(({ id }) => id))
    return this.#sending > 0 || this.#leaving.size > 0 || [...this.sent].some((id) => !done.has(id))
  }

  async #step(): Promise<void> {
    const luck = this.#random.below(100)
    if (luck < 60) for (let count = this.#random.between(1, 8); count > 0; count--) void this.#send()
    else if (luck < 72) await this.#join()
    else if (luck < 80) this.#close()
    else if (luck < 88) this.#kill()
    else if (luck < 95 || !this.#plan.killBroker) this.#random.pick([...this.#actors]).cut()
    else {
      this.brokerKills++
      await this.#cluster.kill(this.#actors)
    }
  }

  async #send(): Promise<void> {
    const id = `m${this.#names++}`
    this.#sending++
    await this.#sender
      .inside(() => this.#sender.client.producer().send({ topic: TOPIC, body: id }))
      .then(
        () => this.sent.add(id),
        // Nobody knows whether it was stored.
        () => undefined,
      )
    this.#sending--
  }

  async #join(): Promise<void> {
    if (this.#members.size >= MEMBERS_MAX) return
    const actor = await this.#actor(`member-${this.#names++}`)
    const consumer = actor.inside(() =>
      actor.client.consumer({
        group: GROUP,
        subscribe: { [TOPIC]: '*' },
        startFrom: 'first',
        assignedBy: 'broker',
        concurrency: this.#random.between(1, 4),
        popBatchSize: this.#random.between(1, 8),
        popThresholdMessages: 16,
        popInvisibleMs: INVISIBLE_MS,
        handle: (message) => this.#handle(actor, message),
      }),
    )
    this.#members.set(actor.name, { actor, consumer })
  }

  /** Some messages take longer than they are invisible, and some fail once. */
  async #handle(actor: Actor, message: Message): Promise<void> {
    const { name: member } = actor
    const id = message.text()
    const beganAt = this.#clock.now()
    const delivery: PopDelivery = { id, member, beganAt, endedAt: undefined, outcome: 'unfinished' }
    this.deliveries.push(delivery)
    const luck = (Number(id.slice(1)) * 7 + this.#plan.seed) % 20
    await actor.sleep(luck === 0 ? 2 * INVISIBLE_MS : luck * 50)
    if (actor.killed) return
    const failing =
      luck % 9 === 1 && !this.deliveries.some((each) => each.id === id && each.outcome === 'failed')
    delivery.endedAt = this.#clock.now()
    delivery.outcome = failing ? 'failed' : 'done'
    if (failing) throw retryLater({ afterMs: 1_500 })
  }

  #close(): void {
    const member = this.#anyMember()
    if (member === undefined) return
    const { actor, consumer } = member
    this.#members.delete(actor.name)
    const left = actor
      .inside(() => consumer.close())
      .then(async () => {
        this.counts.push(consumer.popCounts)
        await actor.close()
        this.#actors.delete(actor)
        this.#leaving.delete(left)
      })
    this.#leaving.add(left)
  }

  #kill(): void {
    const actor = this.#anyMember()?.actor
    if (actor === undefined) return
    this.#members.delete(actor.name)
    this.killedAt.set(actor.name, this.#clock.now())
    actor.kill()
  }

  #anyMember(): Member | undefined {
    return this.#members.size === 0 ? undefined : this.#random.pick([...this.#members.values()])
  }

  async #actor(name: string): Promise<Actor> {
    const actor = await this.#cluster.connect(name, this.#random.fork())
    this.#actors.add(actor)
    return actor
  }
}

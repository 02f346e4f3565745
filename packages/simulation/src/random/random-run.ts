import { join } from 'node:path'
import type { ManualClock } from '@rocketeer/foundation'
import {
  judge,
  type Rules,
  RunRecord,
  SeededRandom,
  TemporaryDirectory,
  type Verdict,
} from '@rocketeer/test-kit'
import type { Actor } from './actor.js'
import { RandomCluster } from './random-cluster.js'
import { type ConsumeKind, RandomMember } from './random-member.js'
import { type Outcomes, RandomSender, type SendKind } from './random-sender.js'

/** How messages are sent and consumed in a run. */
export interface Mode {
  consume: ConsumeKind
  send: readonly SendKind[]
  deadPercent?: number
}

const TOPIC = 'orders'
const GROUP = 'coupon'
/** The group under whose name dead letters are recorded. */
const DEAD_LETTER_GROUP = 'dead-letter-readers'
const SENDERS = 2
const MEMBERS_MAX = 4
const STEPS = 20
/** By the manual clock; a queue that a killed member has locked waits longest. */
const DRAIN_MAX_MS = 15 * 60_000
const QUIET_MS = 30_000

/** The disturbances after which a message that was done may be delivered again, by how messages are consumed. */
const REPEATS_AFTER: Readonly<Record<ConsumeKind, Rules['repeatsAfter']>> = {
  concurrent: ['joined', 'closed', 'killed', 'cut', 'broker-restarted', 'broker-killed'],
  pull: ['joined', 'closed', 'killed', 'cut', 'broker-restarted', 'broker-killed'],
  // A member that gives a queue up finishes and commits before another gets it.
  ordered: ['killed', 'cut', 'broker-restarted', 'broker-killed'],
  // Each member keeps its own offsets.
  broadcasting: ['killed'],
}

/** One random run: producers send, members come and go, connections and brokers break; the same seed does the same. */
export class RandomRun implements AsyncDisposable {
  readonly #mode: Mode
  readonly #seed: number
  readonly #random: SeededRandom
  readonly #clock: ManualClock
  readonly #cluster: RandomCluster
  readonly #directory: TemporaryDirectory
  readonly #record: RunRecord
  readonly #outcomes: Outcomes = new Map()
  readonly #senders: RandomSender[] = []
  readonly #members = new Map<string, RandomMember>()
  readonly #actors = new Set<Actor>()
  readonly #leaving = new Set<Promise<void>>()
  readonly #leavingNames = new Set<string>()
  #names = 0

  private constructor(
    mode: Mode,
    seed: number,
    { cluster, directory }: { cluster: RandomCluster; directory: TemporaryDirectory },
  ) {
    const { clock } = cluster
    this.#mode = mode
    this.#seed = seed
    this.#random = new SeededRandom(seed)
    this.#clock = clock
    this.#cluster = cluster
    this.#directory = directory
    let tick = 0
    this.#record = new RunRecord(() => ({ time: clock.now(), tick: tick++ }))
  }

  static async start(mode: Mode, seed: number, clock: ManualClock): Promise<RandomRun> {
    const cluster = await RandomCluster.start(clock, new SeededRandom(seed))
    const run = new RandomRun(mode, seed, { cluster, directory: await TemporaryDirectory.create() })
    const plan = { topic: TOPIC, kinds: mode.send, deadPercent: mode.deadPercent ?? 0 }
    for (let index = 0; index < SENDERS; index++) {
      const actor = await run.#actor(`sender-${index}`)
      if (index === 0) await actor.inside(() => actor.client.admin().topics.create(TOPIC, { queues: 4 }))
      const [record, random, outcomes] = [run.#record, run.#random.fork(), run.#outcomes]
      run.#senders.push(new RandomSender(actor, { record, random, plan, outcomes }))
    }
    if (mode.deadPercent) await run.#readDeadLetters()
    await run.#join()
    await run.#join()
    return run
  }

  async play(): Promise<Verdict> {
    for (let step = 0; step < STEPS; step++) {
      await this.#step()
      await this.#clock.advance(this.#random.chance(0.2) ? 45_000 : this.#random.between(1, 20) * 100)
    }
    if (this.#mode.consume === 'broadcasting') for (const name of this.#identities) await this.#join(name)
    else if (this.#members.size === 0) await this.#join()
    await this.#drain()
    return this.#judge()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const member of this.#members.values()) this.#leaving.add(member.leave())
    let left = false
    const all = Promise.all(this.#leaving).then(() => {
      left = true
    })
    while (!left) await this.#clock.advance(500)
    await all
    await Promise.all([...this.#actors].map((actor) => actor.close()))
    await this.#cluster[Symbol.asyncDispose]()
    await this.#directory.remove()
  }

  /** Sends, and lets something happen while the members are at work. */
  async #step(): Promise<void> {
    this.#send()
    await this.#clock.advance(this.#random.below(8) * 100)
    const luck = this.#random.below(100)
    if (luck < 18) await this.#join()
    else if (luck < 28) this.#close()
    else if (luck < 38) this.#kill()
    else if (luck < 46) this.#cut()
    else if (luck < 51) await this.#disturb('broker-restarted', () => this.#cluster.restart())
    else if (luck < 56) await this.#disturb('broker-killed', () => this.#cluster.kill(this.#actors))
  }

  #send(): void {
    for (let count = this.#random.between(2, 8); count > 0; count--) this.#random.pick(this.#senders).send()
  }

  /** A broadcasting member comes back under its old name. */
  async #join(name = this.#newName()): Promise<void> {
    if (this.#members.size >= MEMBERS_MAX || this.#members.has(name)) return
    // Its file is its own until it has left.
    while (this.#leavingNames.has(name)) await this.#clock.advance(500)
    const { consume: kind } = this.#mode
    const plan = {
      kind,
      topic: TOPIC,
      group: GROUP,
      seed: this.#seed,
      localOffsetsDirectory: join(this.#directory.path, 'offsets', name),
    }
    await this.#disturb('joined', async () => {
      const actor = await this.#actor(name)
      this.#members.set(name, new RandomMember(actor, this.#record, plan))
    })
  }

  #close(): void {
    const member = this.#anyMember()
    if (!member) return
    const { name } = member.actor
    this.#members.delete(name)
    const over = this.#record.disturbing({ what: 'closed', member: name })
    this.#leavingNames.add(name)
    const left = member.leave().then(() => {
      over()
      this.#leavingNames.delete(name)
      this.#actors.delete(member.actor)
      this.#leaving.delete(left)
    })
    this.#leaving.add(left)
  }

  #kill(): void {
    const member = this.#anyMember()
    if (!member) return
    this.#members.delete(member.actor.name)
    const over = this.#record.disturbing({ what: 'killed', member: member.actor.name })
    member.actor.kill()
    over()
  }

  #cut(): void {
    const actor = this.#random.pick([...this.#actors])
    const over = this.#record.disturbing({ what: 'cut', member: actor.name })
    actor.cut()
    over()
  }

  async #disturb(what: Rules['repeatsAfter'][number], work: () => Promise<void>): Promise<void> {
    const over = this.#record.disturbing({ what })
    await work()
    over()
  }

  #anyMember(): RandomMember | undefined {
    return this.#members.size === 0 ? undefined : this.#random.pick([...this.#members.values()])
  }

  /** The names of broadcasting members, two; none in other modes, where members have no lasting name. */
  get #identities(): string[] {
    return this.#mode.consume === 'broadcasting' ? ['member-0', 'member-1'] : []
  }

  #newName(): string {
    const absent = this.#identities.filter((name) => !this.#members.has(name))
    if (this.#mode.consume !== 'broadcasting') return `member-${this.#names++}`
    return absent[0] ?? 'member-0'
  }

  async #actor(name: string): Promise<Actor> {
    const named = !this.#identities.includes(name)
    const actor = await this.#cluster.connect(name, this.#random.fork(), { named })
    this.#actors.add(actor)
    return actor
  }

  async #readDeadLetters(): Promise<void> {
    const actor = await this.#actor('dead-letter-reader')
    const plan = {
      kind: 'pull' as const,
      topic: `%DLQ%${GROUP}`,
      group: DEAD_LETTER_GROUP,
      seed: this.#seed,
      localOffsetsDirectory: this.#directory.path,
    }
    new RandomMember(actor, this.#record, plan)
  }

  /** Waits until every expected message has come, and longer, for messages that should not come. */
  async #drain(): Promise<void> {
    const until = this.#clock.now() + DRAIN_MAX_MS
    const complete = () =>
      this.#senders.every(({ underway }) => underway === 0) &&
      !this.#judge().faults.some((fault) => fault.startsWith('lost'))
    while (!complete() && this.#clock.now() < until) await this.#clock.advance(5_000)
    await this.#clock.advance(QUIET_MS)
  }

  #judge(): Verdict {
    const { consume, send, deadPercent } = this.#mode
    return judge(this.#record, {
      groups: consume === 'broadcasting' ? this.#identities : [GROUP],
      ...(deadPercent && { deadLetters: DEAD_LETTER_GROUP }),
      ordered: consume === 'ordered',
      broadcasting: consume === 'broadcasting',
      repeatsAfter: REPEATS_AFTER[consume],
      copiesAfter: send.some((kind) => kind === 'timed' || kind === 'transaction') ? ['broker-killed'] : [],
      uncommittedMs: 20_000,
      rebalanceMs: 30_000,
      // A member that was cut off leaves and comes back; a broker that comes back hears of the members one by one.
      repeatsMax: 3,
    })
  }
}

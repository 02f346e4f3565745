import { fileURLToPath } from 'node:url'
import { connect } from '@rocketeer/client'
import {
  ChildProgram,
  freePort,
  judge,
  RocketeerBroker,
  RocketeerNameserver,
  type Rules,
  RunRecord,
  type SeededRandom,
  TemporaryDirectory,
  type Verdict,
} from '@rocketeer/test-kit'
import type { ProducerOrders } from './random-producer.js'
import { now, type StoryLine } from './random-story.js'
import type { WorkerOrders } from './random-worker.js'

const producerProgram = fileURLToPath(new URL('./random-producer.js', import.meta.url))
const workerProgram = fileURLToPath(new URL('./random-worker.js', import.meta.url))

const TOPICS = { plain: 'plain', timed: 'timed', paid: 'paid' }
const QUEUES = 4
/** By Apache's names; times are short, so that a short run sees them pass. */
const PROPERTIES = {
  mappedFileSizeCommitLog: 4 * 1024 * 1024,
  flushConsumerOffsetInterval: 1_000,
  flushDelayOffsetInterval: 1_000,
  transactionTimeOut: 1_000,
  transactionCheckInterval: 1_000,
  transactionCheckMax: 100,
  messageDelayLevel: '1s 1s 1s 2s 3s 4s 5s',
}

/** The topic of each group of the workers, and what the group may expect. */
export const GROUPS: Readonly<Record<string, { topic: keyof typeof TOPICS; rules: Partial<Rules> }>> = {
  concurrent: { topic: 'plain', rules: {} },
  ordered: { topic: 'plain', rules: { ordered: true, repeatsAfter: ['killed', 'broker-killed'] } },
  'slot-0': { topic: 'plain', rules: { broadcasting: true, repeatsAfter: ['killed'] } },
  'slot-1': { topic: 'plain', rules: { broadcasting: true, repeatsAfter: ['killed'] } },
  pull: { topic: 'plain', rules: {} },
  timed: { topic: 'timed', rules: { copiesAfter: ['broker-killed'] } },
  paid: { topic: 'paid', rules: { copiesAfter: ['broker-killed'] } },
}

const RULES: Omit<Rules, 'groups'> = {
  ordered: false,
  broadcasting: false,
  repeatsAfter: ['joined', 'closed', 'killed', 'broker-killed'],
  copiesAfter: [],
  // A machine that is busy with other tests is slow.
  uncommittedMs: 20_000,
  rebalanceMs: 30_000,
  // A broker that comes back hears of the members one by one, and each time the queues are divided anew.
  repeatsMax: 3,
}

interface RunParts {
  nameserver: RocketeerNameserver
  data: TemporaryDirectory
  port: number
  flushDiskType: string
}

/** Producers, workers and a broker, each a process of its own, and the record of what they did. */
export class RandomRun implements AsyncDisposable {
  readonly #nameserver: RocketeerNameserver
  readonly #data: TemporaryDirectory
  readonly #port: number
  readonly #flushDiskType: string
  readonly #programs = new Map<string, ChildProgram>()
  /** How many lines of each program were read, also of those that ended. */
  readonly #linesRead = new Map<ChildProgram, number>()
  readonly #records = new Map<string, RunRecord>()
  #broker: RocketeerBroker | undefined
  #starts = 0

  private constructor(parts: RunParts) {
    this.#nameserver = parts.nameserver
    this.#data = parts.data
    this.#port = parts.port
    this.#flushDiskType = parts.flushDiskType
    for (const topic of Object.values(TOPICS)) this.#records.set(topic, new RunRecord(now))
  }

  static async start(flushDiskType: string): Promise<RandomRun> {
    const nameserver = await RocketeerNameserver.start()
    const [data, port] = [await TemporaryDirectory.create(), await freePort([-2])]
    const run = new RandomRun({ nameserver, data, port, flushDiskType })
    await run.#startBroker()
    await using client = await connect({ nameservers: [nameserver.address] })
    for (const topic of Object.values(TOPICS)) await client.admin().topics.create(topic, { queues: QUEUES })
    return run
  }

  startProducer(slot: string, random: SeededRandom): void {
    const orders: ProducerOrders = {
      name: `${slot}.${this.#starts++}`,
      nameservers: [this.#nameserver.address],
      seed: random.below(2 ** 31),
      topics: TOPICS,
    }
    this.#start(slot, producerProgram, orders)
  }

  startWorker(slot: string): void {
    const orders: WorkerOrders = {
      name: `${slot}.${this.#starts++}`,
      slot,
      nameservers: [this.#nameserver.address],
      topics: TOPICS,
      offsetsDirectory: `${this.#data.path}/offsets`,
    }
    const over = this.#disturbing('joined')
    this.#start(slot, workerProgram, orders)
    over()
  }

  /** SIGKILL. */
  async kill(slot: string): Promise<void> {
    const program = this.#programs.get(slot)!
    // Lines that it printed before count, and none come after.
    const over = this.#disturbing('killed', program.name)
    await program.kill()
    over()
  }

  /** SIGTERM: the program finishes what it has begun. */
  async stop(slot: string): Promise<void> {
    const program = this.#programs.get(slot)!
    await program.line(/^started$/)
    const over = this.#disturbing('closed', program.name)
    const end = await program.stop()
    over()
    if (end !== 0) throw program.failure('did not stop cleanly')
  }

  async killBroker(): Promise<void> {
    const over = this.#disturbing('broker-killed')
    await this.#broker!.kill()
    await this.#broker!.close()
    await this.#startBroker()
    over()
  }

  /** The verdict on each group. */
  verdicts(): Map<string, Verdict> {
    this.#listen()
    const verdicts = new Map<string, Verdict>()
    for (const [group, { topic, rules }] of Object.entries(GROUPS)) {
      verdicts.set(group, judge(this.#records.get(TOPICS[topic])!, { ...RULES, ...rules, groups: [group] }))
    }
    return verdicts
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#programs.values()].map((program) => program.kill()))
    await this.#broker?.close()
    await this.#nameserver.close()
    await this.#data.remove()
  }

  #start(slot: string, path: string, orders: { name: string }): void {
    const program = ChildProgram.start({
      name: orders.name,
      command: process.execPath,
      args: ['--enable-source-maps', path, JSON.stringify(orders)],
    })
    this.#programs.set(slot, program)
    this.#linesRead.set(program, 0)
  }

  async #startBroker(): Promise<void> {
    this.#broker = await RocketeerBroker.start({
      nameservers: [this.#nameserver.address],
      storeDirectory: `${this.#data.path}/store`,
      port: this.#port,
      properties: { ...PROPERTIES, flushDiskType: this.#flushDiskType },
    })
  }

  /** Records a disturbance in every topic. */
  #disturbing(what: Rules['repeatsAfter'][number], member?: string): () => void {
    const overs = [...this.#records.values()].map((record) =>
      record.disturbing({ what, ...(member !== undefined && { member }) }),
    )
    return () => {
      for (const over of overs) over()
    }
  }

  /** Reads the lines that the programs, also those that ended, have printed since the last time. */
  #listen(): void {
    for (const [program, from] of this.#linesRead) {
      const { output } = program
      this.#linesRead.set(program, output.length)
      for (const line of output.slice(from)) {
        if (!line.startsWith('{')) continue
        const { topic, event } = JSON.parse(line) as StoryLine
        this.#records.get(topic)!.add(event)
      }
    }
  }
}

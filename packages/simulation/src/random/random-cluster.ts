import { cpSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { Broker, type BrokerOptions } from '@rocketeer/broker'
import type { ManualClock } from '@rocketeer/foundation'
import { Nameserver } from '@rocketeer/nameserver'
import type { Actor, Network } from './actor.js'

/** Small files, so that runs cross their ends and copies are quick; short delays for what is delivered again. */
const OPTIONS = {
  commitLogFileBytes: 256 * 1024,
  consumeQueueFileEntries: 100,
  indexMessages: false,
  allowRecall: true,
  delayLevels: '1s 2s 3s 4s 5s 6s 7s 8s 9s 10s',
}

/** Delay levels of the cluster in milliseconds, the first is level 1. */
export const LEVEL_DELAYS_MS: readonly number[] = OPTIONS.delayLevels
  .split(' ')
  .map((level) => Number.parseInt(level, 10) * 1000)

/** One nameserver and one broker in this process, whose broker can be restarted, and killed as by SIGKILL. */
export class RandomCluster implements AsyncDisposable {
  readonly network: Network = { down: false }
  readonly clock: ManualClock
  readonly #nameserver: Nameserver
  #broker!: Broker
  #directory: string

  private constructor(clock: ManualClock, nameserver: Nameserver, directory: string) {
    this.clock = clock
    this.#nameserver = nameserver
    this.#directory = directory
  }

  static async start(clock: ManualClock): Promise<RandomCluster> {
    const nameserver = await Nameserver.start({ host: '127.0.0.1', port: 0, clock })
    const cluster = new RandomCluster(clock, nameserver, await newDirectory())
    await cluster.#startBroker(0)
    return cluster
  }

  get nameservers(): string[] {
    return [this.#nameserver.address]
  }

  /** As an administrator does: everything is answered and written before it goes. */
  async restart(): Promise<void> {
    const { port } = this.#broker
    await this.#broker.close()
    await this.#startBroker(port)
  }

  /**
   * Goes on with the files as they are at this moment, nothing closed. What the old broker still does nobody hears:
   * connections break before it gets to answer anything more.
   */
  async kill(actors: Iterable<Actor>): Promise<void> {
    const { port } = this.#broker
    const left = this.#directory
    const copy = await newDirectory()
    this.network.down = true
    for (const actor of actors) actor.cut()
    copyAsLeft(left, copy)
    this.#directory = copy
    await this.#broker.close()
    await rm(left, { recursive: true, force: true })
    await this.#startBroker(port)
    this.network.down = false
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#broker.close()
    await this.#nameserver.close()
    await rm(this.#directory, { recursive: true, force: true })
  }

  async #startBroker(port: number): Promise<void> {
    const options: BrokerOptions = {
      ...OPTIONS,
      clock: this.clock,
      brokerName: 'broker-a',
      directory: this.#directory,
      host: '127.0.0.1',
      port,
      nameservers: this.nameservers,
    }
    this.#broker = await Broker.start(options)
  }
}

function newDirectory(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'rocketeer-random-'))
}

const COPY_ATTEMPTS_MAX = 10

/** In one go; only what the thread pool has begun goes on meanwhile, and may just be replacing a file. */
function copyAsLeft(directory: string, copy: string): void {
  const filter = (path: string) => basename(path) !== 'lock' && !path.endsWith('.tmp')
  for (let attempt = 1; ; attempt++) {
    try {
      cpSync(directory, copy, { recursive: true, filter })
      return
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || attempt === COPY_ATTEMPTS_MAX) throw error
    }
  }
}

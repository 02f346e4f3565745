import { cpSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { Broker } from '@rocketeer/broker'
import type { ManualClock } from '@rocketeer/foundation'
import { Nameserver } from '@rocketeer/nameserver'
import type { SeededRandom } from '@rocketeer/test-kit'
import { Actor, type Network } from './actor.js'

/** Small files, so that runs cross their ends and copies are quick; short delays for what is delivered again. */
const OPTIONS = {
  commitLogFileBytes: 256 * 1024,
  consumeQueueFileEntries: 100,
  indexMessages: false,
  allowRecall: true,
  delayLevels: '1s 2s 3s 4s 5s 6s 7s 8s 9s 10s',
}

/** The cluster's delay levels in milliseconds; the first is level 1. */
export const LEVEL_DELAYS_MS: readonly number[] = OPTIONS.delayLevels
  .split(' ')
  .map((level) => Number.parseInt(level, 10) * 1000)

/** One nameserver and one broker in this process; the broker can be restarted, and killed as by SIGKILL. */
export class RandomCluster implements AsyncDisposable {
  readonly network: Network = { down: false }
  readonly clock: ManualClock
  readonly #nameserver: Nameserver
  readonly #random: () => number
  #broker: Broker
  #directory: string

  private constructor(nameserver: Nameserver, broker: Broker, options: StartOptions) {
    this.clock = options.clock
    this.#nameserver = nameserver
    this.#broker = broker
    this.#directory = options.directory
    this.#random = options.random
  }

  /** `random` makes the broker's choices. */
  static async start(clock: ManualClock, random: SeededRandom): Promise<RandomCluster> {
    const nameserver = await Nameserver.start({ host: '127.0.0.1', port: 0, clock })
    const nameservers = [nameserver.address]
    const common = { clock, random: random.fraction, nameservers }
    const options = { ...common, directory: await newDirectory(), port: 0 }
    return new RandomCluster(nameserver, await startBroker(options), options)
  }

  get nameservers(): string[] {
    return [this.#nameserver.address]
  }

  /** A new actor with a client of this cluster, whose choices `random` makes. */
  connect(name: string, random: SeededRandom, { named = true } = {}): Promise<Actor> {
    const { clock, network, nameservers } = this
    return Actor.connect(name, { clock, random, network, nameservers, named })
  }

  /** Restarts the broker as an administrator does: everything is answered and written before it stops. */
  async restart(): Promise<void> {
    const { port } = this.#broker
    await this.#broker.close()
    await this.#startAgain(port)
  }

  /**
   * Starts a broker on the files as they are at this moment, nothing closed. Nobody hears what the old broker still does:
   * connections break before it answers anything more.
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
    await this.#startAgain(port)
    this.network.down = false
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#broker.close()
    await this.#nameserver.close()
    await rm(this.#directory, { recursive: true, force: true })
  }

  async #startAgain(port: number): Promise<void> {
    const { clock, nameservers } = this
    const [directory, random] = [this.#directory, this.#random]
    this.#broker = await startBroker({ clock, random, directory, port, nameservers })
  }
}

interface StartOptions {
  readonly clock: ManualClock
  readonly random: () => number
  readonly directory: string
  readonly port: number
  readonly nameservers: string[]
}

function startBroker(options: StartOptions): Promise<Broker> {
  return Broker.start({ ...OPTIONS, brokerName: 'broker-a', host: '127.0.0.1', ...options })
}

function newDirectory(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'rocketeer-random-'))
}

const COPY_ATTEMPTS_MAX = 10

/** Copies a directory in one go; meanwhile only work that the thread pool has begun goes on, and may be replacing a file. */
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

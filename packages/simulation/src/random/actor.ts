import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import { type Client, connect } from '@rocketeer/client'
import { type DirectoryLock, type FileSystem, nodeFileSystem } from '@rocketeer/files'
import { assert, type Clock, type Timer } from '@rocketeer/foundation'
import type { SeededRandom } from '@rocketeer/test-kit'

/** The actor whose code runs: sockets that are made meanwhile are its own. */
const running = new AsyncLocalStorage<Actor>()

subscribe('net.client.socket', (message) => {
  running.getStore()?.own((message as { socket: Socket }).socket)
})

/** The network between actors and the cluster. */
export interface Network {
  down: boolean
}

export interface ActorOptions {
  clock: Clock
  random: SeededRandom
  network: Network
  nameservers: string[]
  /**
   * The client id has the actor's name, so that runs of one seed are alike; not where a killed actor comes back under its
   * name, since its client is still open in this process.
   */
  named: boolean
}

/**
 * Stands for a process with a client of its own that can be killed: its connections break, it makes no others, and its
 * time stands still, so that nothing it has begun goes on, and its locks count for nothing.
 */
export class Actor {
  readonly name: string
  readonly clock: Clock
  readonly #network: Network
  readonly #sockets = new Set<Socket>()
  readonly #sleeping = new Set<() => void>()
  readonly #locks = new Set<DirectoryLock>()
  #client: Client | undefined
  #killed = false
  #closing = false

  private constructor(name: string, clock: Clock, network: Network) {
    this.name = name
    this.#network = network
    this.clock = {
      now: () => clock.now(),
      after: (delayMs, task) => clock.after(delayMs, () => this.#run(task)),
      every: (intervalMs, task) => clock.every(intervalMs, () => this.#run(task)),
    }
  }

  static async connect(name: string, options: ActorOptions): Promise<Actor> {
    const { clock, random, network, nameservers, named } = options
    const actor = new Actor(name, clock, network)
    const { clock: ownClock, files } = actor
    actor.#client = await actor.inside(() =>
      connect({
        nameservers,
        clock: ownClock,
        random: random.fraction,
        files,
        ...(named && { instanceName: name }),
      }),
    )
    return actor
  }

  /** The disk, which lets go of this actor's locks when it is killed, as the system does. */
  get files(): FileSystem {
    const lockDirectory = (path: string) => {
      const lock = nodeFileSystem.lockDirectory(path)
      this.#locks.add(lock)
      return lock
    }
    return { ...nodeFileSystem, lockDirectory }
  }

  get client(): Client {
    assert(this.#client !== undefined, `${this.name} has no client yet`)
    return this.#client
  }

  get killed(): boolean {
    return this.#killed
  }

  get closing(): boolean {
    return this.#closing
  }

  /** Runs `work` as this actor. */
  inside<Result>(work: () => Result): Result {
    return running.run(this, work)
  }

  own(socket: Socket): void {
    if (this.#killed || this.#network.down) {
      process.nextTick(() => socket.destroy(new Error('the network is down')))
      return
    }
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
  }

  /** Waits by the clock; a killed actor waits until `close`. */
  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      let timer: Timer | undefined
      const wake = () => {
        timer?.cancel()
        this.#sleeping.delete(wake)
        resolve()
      }
      this.#sleeping.add(wake)
      timer = this.clock.after(delayMs, wake)
    })
  }

  /** Breaks the connections; the actor may make new ones. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy(new Error('the connection was cut'))
  }

  kill(): void {
    this.#killed = true
    this.cut()
    for (const lock of this.#locks) lock.release()
  }

  /** Closes the client; that of a killed actor tells nobody anything. */
  async close(): Promise<void> {
    this.#closing = true
    const closed = this.inside(() => this.client.close())
    for (const wake of [...this.#sleeping]) wake()
    await closed
  }

  #run(task: () => unknown): unknown {
    return this.#killed ? undefined : this.inside(task)
  }
}

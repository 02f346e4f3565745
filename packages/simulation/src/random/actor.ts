import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import { type Client, connect } from '@rocketeer/client'
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

/**
 * Stands for a process with a client of its own that can be killed: its connections break, it makes no others, and its
 * time stands still, so that nothing it has begun goes on.
 */
export class Actor {
  readonly name: string
  readonly clock: Clock
  readonly #network: Network
  readonly #sockets = new Set<Socket>()
  readonly #sleeping = new Set<() => void>()
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

  static async connect(
    name: string,
    options: { clock: Clock; random: SeededRandom; network: Network; nameservers: string[] },
  ): Promise<Actor> {
    const { clock, random, network, nameservers } = options
    const actor = new Actor(name, clock, network)
    actor.#client = await actor.inside(() =>
      connect({ nameservers, instanceName: name, clock: actor.clock, random: random.fraction }),
    )
    return actor
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

import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import { type Client, connect } from '@rocketeer/client'
import type { Clock, Timer } from '@rocketeer/foundation'

/** Whose code runs: sockets that are made meanwhile are that actor's. */
const running = new AsyncLocalStorage<Actor>()

subscribe('net.client.socket', (message) => {
  running.getStore()?.own((message as { socket: Socket }).socket)
})

/** The network between actors and the cluster. */
export interface Network {
  down: boolean
}

/**
 * Somebody with a client of his own who can be killed within this process: his connections break, he makes no others,
 * and his time stands still, so that nothing he has begun goes on.
 */
export class Actor {
  readonly name: string
  readonly clock: Clock
  client!: Client
  readonly #network: Network
  readonly #sockets = new Set<Socket>()
  readonly #sleeping = new Set<() => void>()
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
    options: { clock: Clock; network: Network; nameservers: string[]; instanceName: string },
  ): Promise<Actor> {
    const { clock, network, nameservers, instanceName } = options
    const actor = new Actor(name, clock, network)
    actor.client = await actor.inside(() => connect({ nameservers, instanceName, clock: actor.clock }))
    return actor
  }

  get killed(): boolean {
    return this.#killed
  }

  get closing(): boolean {
    return this.#closing
  }

  /** Runs something as this actor. */
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

  /** Waits by the clock; one who is killed waits until `close`. */
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

  /** Breaks his connections; he may make new ones. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy(new Error('the connection was cut'))
  }

  kill(): void {
    this.#killed = true
    this.cut()
  }

  /** Of a killed one nothing is told to anybody. */
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

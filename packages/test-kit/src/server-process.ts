import type { ChildProgram } from './process/child-program.js'
import type { TemporaryDirectory } from './temporary-directory.js'

export interface ServerFacts {
  readonly process: ChildProgram
  readonly port: number
  /** Removed with the server; what has to outlive the server lies elsewhere. */
  readonly home?: TemporaryDirectory
}

/** A server in a process of its own that listens at one port of 127.0.0.1. */
export abstract class ServerProcess implements AsyncDisposable {
  readonly process: ChildProgram
  readonly port: number
  readonly #home: TemporaryDirectory | undefined

  protected constructor({ process, port, home }: ServerFacts) {
    this.process = process
    this.port = port
    this.#home = home
  }

  get address(): string {
    return `127.0.0.1:${this.port}`
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    await this.process.kill()
  }

  /** Kills the process if it still runs, and removes its temporary files. */
  async close(): Promise<void> {
    await this.kill()
    await this.#home?.remove()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** Waits for the end of the start, and closes the server when that fails. */
  protected async started(start: () => Promise<unknown>): Promise<this> {
    try {
      await start()
    } catch (error) {
      await this.close()
      throw error
    }
    return this
  }
}

/** Options of a nameserver process, Apache's or ours. */
export interface NameserverProcessOptions {
  /** A free one when left out. */
  port?: number
  /** Tells clients of order topics (`orderMessageEnable`). */
  orderTopics?: boolean
}

/** A nameserver keeps nothing on disk that matters, so there is no clean stop: `close` kills it. */
export abstract class NameserverProcess extends ServerProcess {}

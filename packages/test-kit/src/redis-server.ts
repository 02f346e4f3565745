import { freePort } from './free-port.js'
import { ChildProgram } from './process/child-program.js'
import { TemporaryDirectory } from './temporary-directory.js'

/** A real Redis server on a free port that keeps everything in memory; `close` stops it for good. */
export class RedisServer implements AsyncDisposable {
  #process: ChildProgram | undefined

  private constructor(
    private readonly home: TemporaryDirectory,
    readonly port: number,
  ) {}

  /** On a free port by default. */
  static async start({ port }: { port?: number } = {}): Promise<RedisServer> {
    const home = await TemporaryDirectory.create('redis-')
    const server = new RedisServer(home, port ?? (await freePort()))
    try {
      await server.start()
    } catch (error) {
      await server.close()
      throw error
    }
    return server
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  /** Starts it again after `kill`, without anything it held. */
  async start(): Promise<void> {
    const options = {
      bind: '127.0.0.1',
      port: String(this.port),
      save: '',
      appendonly: 'no',
      dir: this.home.path,
    }
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value])
    this.#process = ChildProgram.start({ name: 'Redis', command: 'redis-server', args })
    await this.#process.line(/Ready to accept connections/)
  }

  /** SIGSTOP: connections stay open and nothing is answered, until `resume`. */
  pause(): void {
    this.#process?.signal('SIGSTOP')
  }

  resume(): void {
    this.#process?.signal('SIGCONT')
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    await this.#process?.kill()
  }

  async close(): Promise<void> {
    await this.kill()
    await this.home.remove()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

import { execFileSync } from 'node:child_process'
import { chownSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from './free-port.js'
import { ChildProgram } from './process/child-program.js'
import { TemporaryDirectory } from './temporary-directory.js'

const START_TIMEOUT_MS = 60_000
const DEBIAN_FOLDER = '/usr/lib/postgresql'
/** Debian's package makes this user. */
const UNPRIVILEGED = 'postgres'

/** A real PostgreSQL server on a free port; `close` removes its data directory. */
export class PostgresServer implements AsyncDisposable {
  #process: ChildProgram | undefined

  private constructor(
    private readonly home: TemporaryDirectory,
    readonly port: number,
  ) {}

  /** On a free port by default. */
  static async start({ port }: { port?: number } = {}): Promise<PostgresServer> {
    const home = await TemporaryDirectory.create('postgres-')
    const server = new PostgresServer(home, port ?? (await freePort()))
    try {
      await server.#install()
      await server.start()
    } catch (error) {
      await server.close()
      throw error
    }
    return server
  }

  /** For clients; the user may do everything and has no password. */
  get url(): string {
    return `postgresql://postgres@127.0.0.1:${this.port}/postgres`
  }

  /** Starts it again on the same data after `stop` or `kill`. */
  async start(): Promise<void> {
    this.#process = this.#program('postgres', [
      ...['-D', this.#data, '-p', String(this.port), '-k', this.home.path],
      ...['-c', 'listen_addresses=127.0.0.1', '-c', 'max_connections=200'],
    ])
    await this.#process.line(/database system is ready to accept connections/, { withinMs: START_TIMEOUT_MS })
  }

  /** Ends all connections and writes everything to disk. */
  async stop(): Promise<void> {
    this.#process?.signal('SIGINT')
    await this.#process?.exited
  }

  /** SIGKILL of the server; the processes of its connections end when they notice. */
  async kill(): Promise<void> {
    await this.#process?.kill()
  }

  /** SIGSTOP of the server and of the processes of its connections: they stay open and nothing is answered, until `resume`. */
  async pause(): Promise<void> {
    this.#signalAll('SIGSTOP')
  }

  async resume(): Promise<void> {
    this.#signalAll('SIGCONT')
  }

  #signalAll(signal: NodeJS.Signals): void {
    const pid = this.#process!.pid
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')
    for (const each of [pid, ...children.map(Number)]) process.kill(each, signal)
  }

  async close(): Promise<void> {
    await this.stop()
    await this.home.remove()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  get #data(): string {
    return join(this.home.path, 'data')
  }

  async #install(): Promise<void> {
    if (isRoot()) chownSync(this.home.path, idOf('-u'), idOf('-g'))
    const options = [
      '--username=postgres',
      '--auth=trust',
      '--encoding=UTF8',
      '--locale=C.UTF-8',
      '--no-sync',
    ]
    await this.#program('initdb', ['-D', this.#data, ...options]).succeeded({ withinMs: START_TIMEOUT_MS })
  }

  /** PostgreSQL refuses to run as root, so root runs it as the user of the package. `setpriv` becomes the program. */
  #program(name: string, args: readonly string[]): ChildProgram {
    const whole = [binary(name), ...args]
    if (isRoot()) {
      whole.unshift('setpriv', `--reuid=${UNPRIVILEGED}`, `--regid=${UNPRIVILEGED}`, '--clear-groups')
    }
    const [command, ...rest] = whole as [string, ...string[]]
    return ChildProgram.start({ name: `PostgreSQL's ${name}`, command, args: rest, cwd: this.home.path })
  }
}

/** Debian keeps the programs of each version in a folder of its own, outside PATH. */
function binary(name: string): string {
  const versions = existsSync(DEBIAN_FOLDER) ? readdirSync(DEBIAN_FOLDER) : []
  const newest = versions.sort((one, other) => Number(other) - Number(one))[0]
  return newest === undefined ? name : join(DEBIAN_FOLDER, newest, 'bin', name)
}

function isRoot(): boolean {
  return process.getuid?.() === 0
}

function idOf(which: '-u' | '-g'): number {
  return Number(execFileSync('id', [which, UNPRIVILEGED], { encoding: 'utf8' }))
}

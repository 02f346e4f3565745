import { writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.js'
import { ChildProgram } from './process/child-program.js'
import { TemporaryDirectory } from './temporary-directory.js'

const START_TIMEOUT_MS = 60_000

export interface MariadbServerOptions {
  /** Lines of my.cnf besides those every test needs: `['log_bin', 'server_id=1']`. */
  settings?: readonly string[]
  /** A free one by default. */
  port?: number
}

/** The settings with which a server writes everything a change relay reads. */
export const BINLOG_SETTINGS = [
  'server_id=1',
  'log_bin=binlog',
  'binlog_format=ROW',
  'binlog_row_image=FULL',
  'binlog_row_metadata=FULL',
] as const

/** A real MariaDB server on a free port; `close` removes its data directory. */
export class MariadbServer implements AsyncDisposable {
  private constructor(
    private readonly home: TemporaryDirectory,
    readonly port: number,
    private readonly settings: readonly string[],
  ) {}

  /** For clients; the user may do everything and has no password. */
  get url(): string {
    return `mysql://root@127.0.0.1:${this.port}`
  }

  /** A shell command that stops the server and returns when the server is gone. */
  get stopCommand(): string {
    return `mariadb-admin --defaults-file=${this.#config} --user=root shutdown`
  }

  /** A shell command that starts the server in the background and returns when the server answers. */
  get startCommand(): string {
    const log = join(this.home.path, 'server.log')
    const start = `mariadbd --defaults-file=${this.#config} >>${log} 2>&1 </dev/null &`
    return `${start} until mariadb-admin --defaults-file=${this.#config} --user=root --silent ping; do sleep 0.1; done`
  }

  /** SIGKILL, as a crash would end it; what it had committed is there after `startAgain`. */
  async kill(): Promise<void> {
    await run('kill MariaDB', ['sh', '-c', `kill -9 "$(cat ${join(this.home.path, 'pid')})"`])
  }

  /** SIGSTOP: connections stay open and nothing is answered, until `resume`. */
  async pause(): Promise<void> {
    await run('pause MariaDB', ['sh', '-c', `kill -STOP "$(cat ${join(this.home.path, 'pid')})"`])
  }

  async resume(): Promise<void> {
    await run('resume MariaDB', ['sh', '-c', `kill -CONT "$(cat ${join(this.home.path, 'pid')})"`])
  }

  /** Starts a server that was stopped or killed, on the same port and data. */
  async startAgain(): Promise<void> {
    await run('mariadbd', ['sh', '-c', this.startCommand])
  }

  get #config(): string {
    return join(this.home.path, 'my.cnf')
  }

  static async start({ settings = [], port }: MariadbServerOptions = {}): Promise<MariadbServer> {
    const home = await TemporaryDirectory.create('mariadb-')
    const server = new MariadbServer(home, port ?? (await freePort()), settings)
    try {
      await server.#install()
      await run('mariadbd', ['sh', '-c', server.startCommand])
    } catch (error) {
      await server.close()
      throw error
    }
    return server
  }

  async close(): Promise<void> {
    // Fails when the server is stopped already, which does no harm.
    await ChildProgram.start({ name: 'stop MariaDB', command: 'sh', args: ['-c', this.stopCommand] }).exited
    await this.home.remove()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #install(): Promise<void> {
    const data = join(this.home.path, 'data')
    const socket = join(this.home.path, 'socket')
    const user = userInfo().username
    const options = `port=${this.port}\nsocket=${socket}\nuser=${user}\npid-file=${join(this.home.path, 'pid')}\n`
    const server = `[mariadbd]\n${options}datadir=${data}\nbind-address=127.0.0.1\ninnodb_buffer_pool_size=64M\n${this.settings.join('\n')}\n`
    await writeFile(this.#config, `${server}[client]\nsocket=${socket}\n`)
    await run('mariadb-install-db', [
      'mariadb-install-db',
      `--defaults-file=${this.#config}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
    ])
  }
}

async function run(name: string, [command, ...args]: [string, ...string[]]): Promise<void> {
  await ChildProgram.start({ name, command, args }).succeeded({ withinMs: START_TIMEOUT_MS })
}

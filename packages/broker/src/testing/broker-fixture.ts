import { cpSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { nodeFileSystem } from '@rocketeer/files'
import { ManualClock, Resources, silentLogger } from '@rocketeer/foundation'
import { encodeHost } from '@rocketeer/protocol/record'
import { type Connection, RemotingClient, RemotingServer, Router } from '@rocketeer/remoting'
import { unsupported } from '../admin/unsupported.js'
import { parseBrokerOptions } from '../conf/parse-broker-options.js'
import type { Duties } from '../duties/duties.js'
import { LiveConfig } from '../options/live-config.js'
import type { BrokerOptions } from '../options/options.js'
import { dutiesOf, openWings, routesOf, type Wings } from '../wings.js'
import { TestClient } from './test-client.js'

type Options = Partial<Omit<BrokerOptions, 'clock'>>

/** The wings of a broker behind a real socket, for tests that look into them, with a clock that the test moves. */
export class BrokerFixture implements AsyncDisposable {
  directory: string
  readonly clock = new ManualClock()
  #options: Options
  readonly #clients: RemotingClient[] = []
  #resources = new Resources()
  #port = 0
  #server: RemotingServer | undefined
  parts!: Wings
  /** The duties of a master, started. */
  duties!: Duties
  /** Request codes that have a handler. */
  codes: readonly number[] = []

  static async start(options: Options = {}): Promise<BrokerFixture> {
    const directory = await mkdtemp(join(tmpdir(), 'rocketeer-broker-'))
    const fixture = new BrokerFixture(directory, options)
    await fixture.#open()
    return fixture
  }

  private constructor(directory: string, options: Options) {
    this.directory = directory
    this.#options = options
  }

  get address(): string {
    return `127.0.0.1:${this.#port}`
  }

  /** A client with its own connection; `router` handles what the broker asks it. */
  async client(router?: Router): Promise<TestClient> {
    const remoting = new RemotingClient({ router })
    this.#clients.push(remoting)
    return new TestClient(await remoting.connection(this.address), this.clock)
  }

  onConnection(listener: (connection: Connection) => void): void {
    this.#server?.onConnection(listener)
  }

  /** Stops in order and starts again on the same directory and clock, with some options changed. */
  async restart(changes: Options = {}): Promise<void> {
    await this.stop()
    this.#options = { ...this.#options, ...changes }
    await this.#open()
  }

  /** Starts again on what a killed broker would have left: the files as they are at this moment, nothing closed. */
  async killAndRestart(): Promise<void> {
    const left = await mkdtemp(join(tmpdir(), 'rocketeer-broker-'))
    copyAsLeft(this.directory, left)
    await this.stop()
    await rm(this.directory, { recursive: true, force: true })
    this.directory = left
    await this.#open()
  }

  async stop(): Promise<void> {
    for (const client of this.#clients.splice(0)) await client.close()
    await this.#resources.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    await rm(this.directory, { recursive: true, force: true })
  }

  async #open(): Promise<void> {
    const { directory, clock } = this
    const { logger = silentLogger, files = nodeFileSystem, random = Math.random, ...options } = this.#options
    const identity = { brokerName: 'broker-a', directory }
    const config = new LiveConfig(parseBrokerOptions({ ...identity, ...options }))
    const storeHost = () => encodeHost('127.0.0.1', this.#port)
    const address = () => this.address
    this.#resources = new Resources()
    this.parts = await openWings(
      { directory, config, clock, files, random, logger, address, storeHost },
      this.#resources,
    )
    const router = new Router(routesOf(this.parts), { logger, reasons: unsupported })
    this.codes = router.codes
    const server = await RemotingServer.listen({ host: '127.0.0.1', port: 0, router })
    this.#server = this.#resources.use(server)
    this.#port = server.port
    this.duties = dutiesOf(this.parts)
    this.#resources.defer(() => this.duties.stop())
    this.duties.start()
  }
}

const COPY_ATTEMPTS_MAX = 10

/**
 * Copies with blocking calls, so that nothing happens meanwhile but what the thread pool has begun. That may replace a file,
 * so a file that is not found is a reason to try again.
 */
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

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Broker, type BrokerOptions, brokerErrors, type UnfinishedMessages } from '@rocketeer/broker'
import { type Clock, isRocketeerError, ManualClock, Resources } from '@rocketeer/foundation'
import { Nameserver } from '@rocketeer/nameserver'
import { serverErrors } from './errors.js'
import { checkServerOptions, withOurNames } from './option-names.js'

/** The options of a broker, except that one directory and one host serve nameserver and broker together. */
export interface ServerOptions extends Omit<BrokerOptions, 'directory' | 'nameservers' | 'host' | 'port'> {
  /** Where messages are kept; default: a temporary directory, removed by `close`. */
  directory?: string | undefined
  /** IP address nameserver and broker listen on; default `127.0.0.1`, which only this machine reaches. */
  host?: string | undefined
  /** Port of the nameserver; default 0, a free one. */
  nameserverPort?: number | undefined
  /** Port of the broker; default 0, a free one. */
  brokerPort?: number | undefined
}

interface ServerParts {
  nameserver: Nameserver
  broker: Broker
  directory: string
  clock: Clock | undefined
  resources: Resources
}

/** Options of `Server.settled`. */
export interface SettledOptions {
  /** The longest real time to wait, 4,000 ms: below the 5 s that vitest gives a test. */
  withinMs?: number | undefined
}

const SETTLED_WITHIN_MS_DEFAULT = 4_000
const SETTLED_LOOK_INTERVAL_MS = 5

/** A nameserver and a broker in the caller's process, made by `startServer`. */
export class Server implements AsyncDisposable {
  readonly nameserver: Nameserver
  readonly broker: Broker
  /** Where messages are kept, also when `startServer` made a temporary directory. */
  readonly directory: string
  /** Addresses for clients to connect to: one nameserver, for example `127.0.0.1:9876`. */
  readonly nameservers: string[]
  readonly #clock: Clock | undefined
  readonly #resources: Resources

  /** @internal */
  constructor({ nameserver, broker, directory, clock, resources }: ServerParts) {
    this.nameserver = nameserver
    this.broker = broker
    this.directory = directory
    this.nameservers = [nameserver.address]
    this.#clock = clock
    this.#resources = resources
  }

  /**
   * For tests: waits until every message that can be handled now has been handled by all groups that have members now,
   * successfully or not. Delayed messages and retries whose time has not come are not waited for, nor is a consumer that is
   * not `ready`, or whose topic does not exist where brokers do not create topics: no broker knows of it.
   *
   * With a `ManualClock` it does not move the clock. It resolves when nothing is in flight, to what its groups have still
   * to do then, which can only happen when time passes or something else does: usually nothing, the empty list. Rejects with
   * `CLOCK_HELD` when something stays in flight.
   *
   * By the real time it resolves to the empty list once nothing is left, and rejects with `NOT_SETTLED`, which says what is
   * left, after `withinMs`.
   */
  async settled({
    withinMs = SETTLED_WITHIN_MS_DEFAULT,
  }: SettledOptions = {}): Promise<UnfinishedMessages[]> {
    if (this.#clock instanceof ManualClock) {
      await this.#clock.advance(0)
      return this.broker.unfinishedMessages()
    }
    const giveUpAt = performance.now() + withinMs
    for (;;) {
      const unfinished = await this.broker.unfinishedMessages()
      if (unfinished.length === 0) return unfinished
      if (performance.now() >= giveUpAt) throw serverErrors.NOT_SETTLED({ unfinished, withinMs })
      await pause(SETTLED_LOOK_INTERVAL_MS)
    }
  }

  /** Stops broker and nameserver. Resolves when all messages are on disk, or the temporary directory is removed. */
  close(): Promise<void> {
    return this.#resources.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

/**
 * Starts a nameserver and a broker registered with it; several servers may run side by side in one process. Rejects with
 * `PORT_IN_USE`, `VIP_CHANNEL_FAILED`, `LISTEN_FAILED`, `DIRECTORY_IN_USE` or `OPTION_INVALID`.
 *
 *     await using server = await startServer()
 *     const client = await connect({ nameservers: server.nameservers })
 */
export async function startServer(options: ServerOptions = {}): Promise<Server> {
  checkServerOptions(options)
  const { directory, nameserverPort = 0, brokerPort = 0, host = '127.0.0.1', ...others } = options ?? {}
  const { clock, logger, files } = others
  const resources = new Resources()
  try {
    const root = directory ?? (await temporaryDirectory(resources))
    const kvConfigPath = join(root, 'namesrv', 'kvConfig.json')
    const nameserver = resources.use(
      await onPort('nameserverPort', () =>
        Nameserver.start({ host, port: nameserverPort, kvConfigPath, clock, logger, files }),
      ),
    )
    const nameservers = nameserver.address
    const broker = resources.use(
      await onPort('brokerPort', () =>
        Broker.start({ ...others, directory: root, host, port: brokerPort, nameservers }),
      ),
    )
    return new Server({ nameserver, broker, directory: root, clock, resources })
  } catch (error) {
    await resources.close()
    throw error
  }
}

/** Starts nameserver or broker; in errors about ports, names the port by its option of `startServer`. */
async function onPort<Started>(option: string, start: () => Promise<Started>): Promise<Started> {
  try {
    return await start()
  } catch (error) {
    if (isRocketeerError(error, 'PORT_IN_USE')) {
      throw brokerErrors.PORT_IN_USE({ ...error.details, option }, error)
    }
    if (isRocketeerError(error, 'VIP_CHANNEL_FAILED')) {
      throw brokerErrors.VIP_CHANNEL_FAILED({ ...error.details, option }, error)
    }
    throw withOurNames(error, option)
  }
}

async function temporaryDirectory(resources: Resources): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'rocketeer-'))
  resources.defer(() => rm(directory, { recursive: true, force: true }))
  return directory
}

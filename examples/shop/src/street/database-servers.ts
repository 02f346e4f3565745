import { messageOf } from '@rocketeer/foundation'
import type { Ports } from './ports.js'

/** What the services of the effects keep their effects in; `mixed` has each kind, and an inbox in Redis. */
export const DATABASES = ['sqlite', 'mariadb', 'postgres', 'mixed'] as const
export type Databases = (typeof DATABASES)[number]

/** Which services have a schema in a server of a kind. */
const MIXED: Readonly<Record<string, 'mariadb' | 'postgres'>> = {
  coupon: 'mariadb',
  points: 'postgres',
  warehouse: 'postgres',
}
const EFFECT_SERVICES = ['coupon', 'red-packet', 'points', 'warehouse']
/** Always in a MariaDB, where there is a copy of the orders. */
const COPY_SCHEMAS: Readonly<Record<string, string>> = {
  order: 'orders',
  'change-relay': 'relay',
  'analytics-1': 'analytics',
  'analytics-2': 'analytics',
}

interface Running {
  readonly url: string
  close(): Promise<void>
}

/** The database servers that a street needs, started for it alone. */
export class DatabaseServers {
  readonly #databases: Databases
  readonly #hasCopy: boolean
  readonly #running = new Map<'mariadb' | 'postgres' | 'redis', Running>()

  constructor(databases: Databases, hasCopy: boolean) {
    this.#databases = databases
    this.#hasCopy = hasCopy
  }

  /** Rejects with what to install where there is none. */
  async start(ports: Ports): Promise<void> {
    const kinds = new Set<string | undefined>(EFFECT_SERVICES.map((name) => this.#kindOf(name)))
    const isMixed = this.#databases === 'mixed'
    if (!this.#hasCopy && this.#databases === 'sqlite') return
    const { BINLOG_SETTINGS, MariadbServer, PostgresServer, RedisServer } = await import(
      '@rocketeer/test-kit'
    )
    // The story kills processes, not machines.
    const settings = [...BINLOG_SETTINGS, 'innodb_flush_log_at_trx_commit=2']
    const run = async (
      kind: 'mariadb' | 'postgres' | 'redis',
      program: string,
      start: () => Promise<Running>,
    ) => {
      try {
        this.#running.set(kind, await start())
      } catch (error) {
        throw new Error(
          `${program} could not be started, which this play needs: install it (${messageOf(error)})`,
        )
      }
    }
    const starts = [
      ...(this.#hasCopy || kinds.has('mariadb')
        ? [
            run('mariadb', 'mariadb-server', () =>
              MariadbServer.start({ port: ports.of('mariadb'), settings }),
            ),
          ]
        : []),
      ...(kinds.has('postgres')
        ? [run('postgres', 'postgresql', () => PostgresServer.start({ port: ports.of('postgres') }))]
        : []),
      ...(isMixed
        ? [run('redis', 'redis-server', () => RedisServer.start({ port: ports.of('redis') }))]
        : []),
    ]
    // All of them are there, or have failed, before anything is closed.
    const ended = await Promise.allSettled(starts)
    for (const each of ended) if (each.status === 'rejected') throw each.reason
  }

  /** The database of a service, undefined where it is a file. */
  urlOf(service: string): string | undefined {
    const copySchema = this.#hasCopy ? COPY_SCHEMAS[service] : undefined
    const kind = copySchema === undefined ? this.#kindOf(service) : 'mariadb'
    if (kind === undefined) return undefined
    const url = new URL(this.#running.get(kind)!.url)
    url.pathname = `/${copySchema ?? service.replaceAll('-', '_')}`
    return url.href
  }

  /** Redis, where a service has its inbox there. */
  inboxOf(service: string): string | undefined {
    return service === 'red-packet' ? this.#running.get('redis')?.url : undefined
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running.values()].map((each) => each.close()))
  }

  #kindOf(service: string): 'mariadb' | 'postgres' | undefined {
    if (!EFFECT_SERVICES.includes(service)) return undefined
    if (this.#databases === 'mixed') return MIXED[service]
    return this.#databases === 'sqlite' ? undefined : this.#databases
  }
}

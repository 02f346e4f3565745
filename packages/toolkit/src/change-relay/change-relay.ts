import { isRocketeerError, parseOptions, sleep } from '@rocketeer/foundation'
import { toolkitErrors } from '../errors.js'
import { Worker } from '../worker/worker.js'
import type { RelayCounters } from './change-sender.js'
import { relayChannel } from './channels.js'
import { describePosition, type RelayPosition } from './positions/relay-position.js'
import { RateMeter } from './rate-meter.js'
import { type ChangeRelayConfig, type ChangeRelayOptions, relayOptionsSchema } from './relay-options.js'
import { RelaySession } from './relay-session.js'
import { connectTo, type SqlConnection } from './source/change-source.js'
import { lead, serverIdOf, serverIdsTaken, watchLead } from './source/leadership.js'
import { checkServer, explained } from './source/server-facts.js'

/**
 * What a relay does: `connecting` to the source; in `standby` while another one of its name relays; sending all rows in a
 * `snapshot`; `relaying`; `waiting` before it connects again; `stopped` by something that only a person can decide;
 * `closed`.
 */
export type RelayState = 'connecting' | 'standby' | 'snapshot' | 'relaying' | 'waiting' | 'stopped' | 'closed'

/** A relay as a console shows it. */
export interface ChangeRelayStatus {
  readonly name: string
  readonly state: RelayState
  /** Why it is stopped or waits. */
  readonly error: unknown
  /** Up to where everything is stored at brokers and saved. */
  readonly position: string | undefined
  /** How late changes are sent; the source counts in whole seconds. */
  readonly behindSeconds: number | undefined
  /** Changes read since the relay was made. */
  readonly changes: number
  /** Over the last ten seconds. */
  readonly changesPerSecond: number
  /** Changes that no broker has stored yet. */
  readonly changesUnderway: number
  /** Rows that snapshots have sent. */
  readonly snapshotRows: number
}

/** Sends the changes of a database's rows as messages; `relayChanges` makes one. */
export class ChangeRelay extends Worker {
  readonly #config: ChangeRelayConfig
  readonly #abort = new AbortController()
  readonly #counters: RelayCounters = { changes: 0, snapshotRows: 0, messages: 0 }
  readonly #rate: RateMeter
  readonly #running: Promise<void>
  #state: RelayState = 'connecting'
  #error: unknown
  #position: RelayPosition | undefined
  #session: RelaySession | undefined
  #snapshotWanted = false
  /** Ends a session, so that the next one begins, or the wait of one that is stopped. */
  #renew = new AbortController()
  readonly #watchers = new Set<() => void>()

  /** @internal */
  constructor(config: ChangeRelayConfig) {
    super(`the change relay "${config.name}"`, config.signal)
    this.#config = config
    this.#rate = new RateMeter(config.clock, () => this.#counters.changes + this.#counters.snapshotRows)
    this.#running = this.#run()
    this.closeWith(config.producer)
    this.closeInTime(() => {
      this.#abort.abort(toolkitErrors.RELAY_CLOSED({ relay: config.name }))
      return this.#running
    })
  }

  get status(): ChangeRelayStatus {
    const { changes, snapshotRows } = this.#counters
    return {
      name: this.#config.name,
      state: this.#state,
      error: this.#error,
      position: this.#position && describePosition(this.#position),
      behindSeconds: this.#session?.behindSeconds,
      changes,
      changesPerSecond: this.#rate.perSecond,
      changesUnderway: this.#session?.changesUnderway ?? 0,
      snapshotRows,
    }
  }

  /** Resolves when it relays; rejects with what stopped it, or with `RELAY_CLOSED`. */
  async relaying(): Promise<void> {
    for (;;) {
      if (this.#state === 'relaying') return
      if (this.#state === 'stopped') throw this.#error
      if (this.#state === 'closed') throw toolkitErrors.RELAY_CLOSED({ relay: this.#config.name })
      await new Promise<void>((resolve) => this.#watchers.add(resolve))
    }
  }

  /**
   * Sends every row as it is now, as changes of type `snapshot`, and goes on from that moment: the way back after
   * `BINLOG_PURGED`. Also from a relay that is relaying. Of several relays, call it at the one that leads.
   */
  snapshot(): void {
    this.#snapshotWanted = true
    this.resume()
  }

  /** Tries again, for example after a stop whose cause is gone. */
  resume(): void {
    if (this.#state === 'stopped') this.#enter('connecting')
    this.#renew.abort(new Renewal())
    this.#renew = new AbortController()
  }

  async #run(): Promise<void> {
    // The constructor has to be over before anybody can be told of a problem.
    await Promise.resolve()
    while (!this.#abort.signal.aborted) {
      const signal = AbortSignal.any([this.#abort.signal, this.#renew.signal])
      const error = await this.#lead(signal).catch((reason: unknown) => reason)
      if (signal.aborted) continue
      this.report(error, { relay: this.#config.name })
      this.#enter(isPassing(error) ? 'waiting' : 'stopped', error)
      const waiting =
        this.#state === 'waiting'
          ? sleep(this.#config.clock, this.#config.retryAfterMs, signal)
          : aborted(signal)
      await waiting.catch(() => {})
    }
    this.#enter('closed')
  }

  /** Becomes the one that relays, and rejects with what ends that. */
  async #lead(signal: AbortSignal): Promise<never> {
    const { source, tables, name, clock, positions } = this.#config
    this.#enter('connecting')
    const ended = new AbortController()
    const connection = await connectTo(source, (error) => ended.abort(error))
    const either = AbortSignal.any([signal, ended.signal])
    // The server holds the answer back while another relay has the lock.
    const onAbort = () => connection.destroy()
    either.addEventListener('abort', onAbort, { once: true })
    try {
      const facts = await checkServer(connection, tables)
      this.#enter('standby')
      await lead(connection, name, either)
      either.removeEventListener('abort', onAbort)
      this.#enter('connecting')
      const serverId =
        this.#config.serverId ?? serverIdOf(name, await serverIdsTaken(connection, facts.serverId))
      const snapshotWanted = this.#snapshotWanted
      this.#session = new RelaySession({
        config: this.#config,
        connection,
        facts,
        serverId,
        claim: await positions.claim(name),
        counters: this.#counters,
        snapshotWanted,
        signal: either,
        onState: (state) => {
          if (state === 'relaying' && snapshotWanted) this.#snapshotWanted = false
          this.#enter(state)
        },
        onProblem: (error, about) => this.report(error, { relay: name, ...about }),
        onPosition: (position) => this.#saved(position),
      })
      const held = watchLead(connection, { relay: name, clock, signal: either }).catch((error: unknown) =>
        ended.abort(error),
      )
      return await this.#session.run().finally(() => {
        ended.abort()
        return held
      })
    } catch (error) {
      throw signal.aborted ? error : await explained(connection, tables, error)
    } finally {
      this.#session = undefined
      either.removeEventListener('abort', onAbort)
      await release(connection)
    }
  }

  #saved(position: RelayPosition): void {
    this.#position = position
    this.#rate.sample()
    if (!relayChannel.hasSubscribers) return
    const { name: relay, position: text, changes, behindSeconds } = this.status
    relayChannel.publish({ relay, position: text, changes, behindSeconds })
  }

  #enter(state: RelayState, error?: unknown): void {
    if (state === this.#state && error === this.#error) return
    this.#state = state
    this.#error = error
    if (relayChannel.hasSubscribers) relayChannel.publish({ relay: this.#config.name, state, error })
    const watchers = [...this.#watchers]
    this.#watchers.clear()
    for (const watcher of watchers) watcher()
  }
}

/** Why a session ends that is to begin anew. */
class Renewal extends Error {}

/**
 * Relays the changes of a MySQL or MariaDB database: each insert, update and delete of a row becomes a message, in the
 * order of its row. It begins at once and goes on over restarts of everybody; `relay.status` tells how far. Throws
 * `OPTION_INVALID`; what the database refuses comes with the `problem` event and from `relay.relaying()`.
 */
export function relayChanges(options: ChangeRelayOptions): ChangeRelay {
  return new ChangeRelay(parseOptions(relayOptionsSchema, options, 'relayChanges'))
}

/** Whether waiting helps: errors of networks, servers and drivers have codes, refusals of ours say so. */
function isPassing(error: unknown): boolean {
  if (isRocketeerError(error)) return error.retryable
  return (error as { code?: unknown } | undefined)?.code !== undefined
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

/** The lock goes with the connection. */
async function release(connection: SqlConnection): Promise<void> {
  await Promise.race([
    connection.end().catch(() => {}),
    new Promise((resolve) => setTimeout(resolve, 1_000).unref()),
  ])
  connection.destroy()
}

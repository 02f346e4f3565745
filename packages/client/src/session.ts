import { type Clock, isRocketeerError, Resources, warnOfUnheard } from '@rocketeer/foundation'
import { Serialization } from '@rocketeer/protocol'
import { unregisterClient } from '@rocketeer/protocol/commands'
import { RemotingClient, Router } from '@rocketeer/remoting'
import { brokerRequestRoutes } from './broker-requests.js'
import { type ClientConfig, clientIdOf } from './client-options.js'
import type { GroupMember } from './consuming/group-member.js'
import { clientErrors } from './errors.js'
import { Heartbeats } from './heartbeats.js'
import { claimClientId } from './open-client-ids.js'
import { Outages } from './outages.js'
import { type Problem, Problems, sourceText } from './problems.js'
import { PendingRequests } from './producing/pending-requests.js'
import type { TransactionChecks } from './producing/transaction-checks.js'
import { Brokers } from './routing/brokers.js'
import { Nameservers } from './routing/nameservers.js'
import { probeOf } from './routing/probe.js'
import { RouteCache } from './routing/route-cache.js'
import { Tracer } from './trace/tracer.js'

const HOW_TO_LISTEN = "client.on('problem', (error, source) => …), or the same on the consumer or producer."

interface Closeable {
  close(): Promise<void>
}

/** What stands behind a `Client`: connections, routes and heartbeats, and everything that closes with them. */
export class Session {
  readonly config: ClientConfig
  readonly clientId: string
  readonly clock: Clock
  readonly problems: Problems
  /** Tells those who listen to the client; returns whether there was anybody. */
  tellClient: (problem: Problem) => boolean = () => false
  readonly nameservers: Nameservers
  readonly routes: RouteCache
  readonly brokers: Brokers
  readonly heartbeats: Heartbeats
  readonly tracer: Tracer | undefined
  readonly pendingRequests = new PendingRequests()
  readonly #remoting: RemotingClient
  readonly #consumers = new Map<string, GroupMember & Closeable>()
  readonly #checks = new Map<string, TransactionChecks>()
  readonly #producers = new Set<Closeable>()
  readonly #releaseClientId: () => void
  #lostConnectionAt = Number.NEGATIVE_INFINITY
  #closing: Promise<void> | undefined

  /** Throws `CLIENT_ID_IN_USE`. */
  constructor(config: ClientConfig) {
    const { clock, requestTimeoutMs } = config
    this.config = config
    this.clientId = clientIdOf(config)
    this.#releaseClientId = claimClientId(this.clientId, config.nameservers)
    this.clock = clock
    const outages = new Outages()
    this.problems = new Problems((problem, heard) => this.#tell(problem, heard), {}, outages)
    this.#remoting = new RemotingClient({
      router: new Router(brokerRequestRoutes(this.#consumers, this.#checks, this.pendingRequests)),
      connectTimeoutMs: config.connectTimeoutMs,
      limits: { probeAfterMs: config.probeAfterMs, probeTimeoutMs: config.probeTimeoutMs },
      probe: probeOf(config.nameservers, this.clientId),
      inFlight: clock.inFlight,
      serialization: config.serialization === 'json' ? Serialization.JSON : Serialization.ROCKETMQ,
    })
    this.nameservers = new Nameservers({
      remoting: this.#remoting,
      addresses: config.nameservers,
      timeoutMs: requestTimeoutMs,
      random: config.random,
    })
    this.routes = new RouteCache({
      nameservers: this.nameservers,
      clock,
      pollIntervalMs: config.pollRouteIntervalMs,
      problems: this.problems,
    })
    this.brokers = new Brokers({
      remoting: this.#remoting,
      routes: this.routes,
      nameservers: config.nameservers,
      timeoutMs: requestTimeoutMs,
    })
    const { clientId, routes, brokers, problems } = this
    const { random, trace } = config
    this.heartbeats = new Heartbeats({
      clientId,
      brokers,
      routes,
      clock,
      intervalMs: config.heartbeatIntervalMs,
      problems,
    })
    this.tracer =
      trace &&
      new Tracer({
        brokers,
        routes,
        clock,
        random,
        config: trace,
        problems: problems.within({ part: 'trace' }),
      })
    this.#remoting.onDisconnect((address) => {
      outages.changed(address)
      this.#onDisconnect(address)
    })
    // A broker that was away, perhaps longer than the heartbeat after its connection broke, does not know this client.
    this.#remoting.onReconnect((address) => {
      outages.changed(address)
      if (this.#isBroker(address)) this.heartbeats.soon()
    })
    this.routes.onNewBroker(() => this.heartbeats.soon())
  }

  /** Waits up to `waitMs` for a nameserver. Rejects with `NAMESERVERS_UNREACHABLE`, unless the client may start offline. */
  async connect(): Promise<void> {
    const { waitMs, startOffline } = this.config
    try {
      await this.nameservers.connect(waitMs, (asked) => {
        this.problems.report(clientErrors.NAMESERVERS_AWAITED({ asked, waitMs }))
      })
    } catch (error) {
      if (!startOffline) throw error
      // Once whoever called has the client, and listens to it.
      setImmediate(() => this.problems.report(error))
    }
  }

  /** When the last connection to a broker was lost, in milliseconds of the clock; -Infinity for never. */
  get lostConnectionAt(): number {
    return this.#lostConnectionAt
  }

  checkOpen(): void {
    if (this.#closing) throw clientErrors.CLOSED({ what: 'client' })
  }

  /** Throws `GROUP_IN_USE`: brokers tell the members of a group apart by client id. */
  checkNoConsumerOf(group: string): void {
    if (this.#consumers.has(group)) throw clientErrors.GROUP_IN_USE({ group, kind: 'consumer' })
  }

  /** Throws `GROUP_IN_USE`. */
  checkNoTransactionsOf(group: string): void {
    if (this.#checks.has(group)) throw clientErrors.GROUP_IN_USE({ group, kind: 'transaction producer' })
  }

  addProducer(group: string, producer: Closeable, checks?: TransactionChecks): void {
    this.#producers.add(producer)
    if (checks) this.#checks.set(group, checks)
    this.heartbeats.joinProducer(group)
  }

  /** Unregisters the group at the brokers when this was its last producer. */
  async removeProducer(group: string, producer: Closeable, checks?: TransactionChecks): Promise<void> {
    this.#producers.delete(producer)
    if (checks) this.#checks.delete(group)
    if (this.heartbeats.leaveProducer(group)) await this.#unregister({ producerGroup: group })
  }

  /** The member joins the heartbeats itself, once it knows its subscriptions. */
  addConsumer(group: string, member: GroupMember & Closeable): void {
    this.#consumers.set(group, member)
  }

  async removeConsumer(group: string): Promise<void> {
    this.#consumers.delete(group)
    this.heartbeats.leaveConsumer(group)
    await this.#unregister({ consumerGroup: group })
  }

  /**
   * Closes the consumers, whose running handlers finish, then the producers; sends the trace; then closes the
   * connections.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    const resources = new Resources()
    resources.defer(this.#releaseClientId)
    resources.use(this.#remoting)
    resources.use(this.routes)
    resources.use(this.heartbeats)
    if (this.tracer) resources.use(this.tracer)
    resources.defer(() => closeAll(this.#producers))
    resources.defer(() => closeAll(this.#consumers.values()))
    await resources.close()
  }

  /**
   * While the client closes, only its parts have problems: what a handler throws at the end, or trace entries that
   * could not be sent.
   */
  #tell(problem: Problem, heard: boolean): void {
    if (this.#closing && problem.source.part === undefined) return
    if (this.tellClient(problem) || heard) return
    const { error, source } = problem
    // While it waits for a nameserver, there is no client yet on which anybody could listen.
    const howToListen = isRocketeerError(error, 'NAMESERVERS_AWAITED') ? undefined : HOW_TO_LISTEN
    warnOfUnheard({ error, subject: sourceText(source), howToListen })
  }

  /**
   * Tells the brokers that this client leaves the group: the other members need not wait until its heartbeats are
   * overdue.
   */
  async #unregister(group: { producerGroup: string } | { consumerGroup: string }): Promise<void> {
    const fields = { clientID: this.clientId, ...group }
    const calls = [...this.routes.brokers()].map(({ brokerName, address }) =>
      this.brokers
        .callAddress({ brokerName, address }, unregisterClient, fields)
        .catch((error: unknown) => this.problems.report(error, { ...group, brokerName })),
    )
    await Promise.all(calls)
  }

  #isBroker(address: string): boolean {
    for (const broker of this.routes.brokers()) if (broker.address === address) return true
    return false
  }

  /** A broker forgets a client whose connection broke; the next heartbeat introduces it again. */
  #onDisconnect(address: string): void {
    if (this.#closing) return
    for (const broker of this.routes.brokers()) {
      if (broker.address !== address) continue
      this.#lostConnectionAt = this.clock.now()
      this.heartbeats.soon()
      for (const member of this.#consumers.values()) member.disconnected?.(broker.brokerName)
    }
  }
}

async function closeAll(parts: Iterable<Closeable>): Promise<void> {
  await Promise.all([...parts].map((part) => part.close()))
}

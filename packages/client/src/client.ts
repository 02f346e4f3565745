import { EventEmitter } from 'node:events'
import { type Clock, parseOptions, Resources, silentLogger } from '@rocketeer/foundation'
import { Serialization, unregisterClient } from '@rocketeer/protocol'
import { RemotingClient, Router } from '@rocketeer/remoting'
import { Admin } from './admin/admin.js'
import { brokerRequestRoutes } from './broker-requests.js'
import {
  type ClientConfig,
  type ClientOptions,
  clientIdOf,
  clientOptionsSchema,
  localIdOf,
} from './client-options.js'
import { Consumer } from './consuming/consumer.js'
import { type ConsumerOptions, parseConsumerOptions } from './consuming/consumer-options.js'
import type { GroupMember } from './consuming/group-member.js'
import { type PullOptions, type PullResult, pullFromQueue } from './consuming/pull.js'
import { PullConsumer } from './consuming/pull-consumer.js'
import { type PullConsumerOptions, parsePullConsumerOptions } from './consuming/pull-consumer-options.js'
import { clientErrors } from './errors.js'
import { Heartbeats } from './heartbeats.js'
import { checkGroup } from './messages/names.js'
import { PendingRequests } from './producing/pending-requests.js'
import { Producer } from './producing/producer.js'
import { type ProducerOptions, producerOptionsSchema } from './producing/producer-options.js'
import {
  type TransactionProducerOptions,
  transactionProducerOptionsSchema,
} from './producing/transaction-options.js'
import { TransactionProducer } from './producing/transaction-producer.js'
import { Brokers } from './routing/brokers.js'
import type { MessageQueue } from './routing/message-queue.js'
import { Nameservers } from './routing/nameservers.js'
import { RouteCache } from './routing/route-cache.js'
import { Tracer } from './trace/tracer.js'

/**
 * Connects to a RocketMQ cluster, ours or Apache's. Rejects with `OPTION_INVALID` or, when no nameserver can be
 * reached, `NAMESERVERS_UNREACHABLE`.
 */
export async function connect(options: ClientOptions): Promise<Client> {
  const client = new Client(parseOptions(clientOptionsSchema, options, 'connect'))
  try {
    await client.checkNameservers()
  } catch (error) {
    await client.close()
    throw error
  }
  return client
}

/**
 * One membership in a cluster: its producers, consumers and admin share connections, routes and heartbeats. Emits
 * `problem` for what goes wrong in the background and is tried again by itself; nobody needs to listen.
 */
export class Client extends EventEmitter<{ problem: [error: unknown] }> implements AsyncDisposable {
  readonly clientId: string
  readonly #config: ClientConfig
  readonly #remoting: RemotingClient
  readonly #nameservers: Nameservers
  readonly #routes: RouteCache
  readonly #brokers: Brokers
  readonly #heartbeats: Heartbeats
  readonly #tracer: Tracer | undefined
  /** What all producers and consumers need. */
  readonly #shared: {
    clientId: string
    brokers: Brokers
    routes: RouteCache
    heartbeats: Heartbeats
    tracer: Tracer | undefined
    clock: Clock
  }
  readonly #pendingRequests = new PendingRequests()
  readonly #producers = new Set<Producer>()
  readonly #transactionProducers = new Map<string, TransactionProducer>()
  readonly #consumers = new Map<string, Consumer | PullConsumer>()
  #closing: Promise<void> | undefined

  /** Use `connect`. */
  constructor(config: ClientConfig) {
    super()
    this.#config = config
    this.clientId = clientIdOf(config)
    const onProblem = (error: unknown) => this.#report(error)
    this.#remoting = new RemotingClient({
      router: new Router(
        brokerRequestRoutes(this.#consumers, this.#transactionProducers, this.#pendingRequests),
        silentLogger,
      ),
      connectTimeoutMs: config.connectTimeoutMs,
      serialization: config.serialization === 'json' ? Serialization.JSON : Serialization.ROCKETMQ,
    })
    this.#nameservers = new Nameservers(this.#remoting, config.nameservers, config.requestTimeoutMs)
    this.#routes = new RouteCache(this.#nameservers, config.clock, config.pollRouteIntervalMs, onProblem)
    this.#brokers = new Brokers(this.#remoting, this.#routes, config.nameservers, config.requestTimeoutMs)
    this.#heartbeats = new Heartbeats({
      clientId: this.clientId,
      brokers: this.#brokers,
      routes: this.#routes,
      clock: config.clock,
      intervalMs: config.heartbeatIntervalMs,
      onProblem,
    })
    const { clock } = config
    const needs = { brokers: this.#brokers, routes: this.#routes, clock }
    // What close could not send is told, too.
    const onDropped = (error: unknown) => this.emit('problem', error)
    this.#tracer = config.trace && new Tracer({ ...needs, config: config.trace, onProblem: onDropped })
    this.#shared = { ...needs, clientId: this.clientId, heartbeats: this.#heartbeats, tracer: this.#tracer }
    this.#remoting.onDisconnect((address) => this.#onDisconnect(address))
    this.#routes.onNewBroker(() => this.#heartbeats.soon())
  }

  /** Makes a producer; several of one group are fine. Throws `OPTION_INVALID`, `GROUP_INVALID` or `CLOSED`. */
  producer(options: ProducerOptions = {}): Producer {
    this.#checkOpen()
    const config = parseOptions(producerOptionsSchema, options, 'producer')
    checkGroup(config.group)
    const producer: Producer = new Producer({
      ...this.#shared,
      config,
      pendingRequests: this.#pendingRequests,
      beat: () => this.#heartbeats.beat(),
      onClose: () => this.#releaseProducer(producer),
    })
    this.#producers.add(producer)
    this.#heartbeats.joinProducer(config.group)
    return producer
  }

  /**
   * Makes a producer of transactions, one per group and client. Throws `OPTION_INVALID`, `GROUP_INVALID`,
   * `GROUP_IN_USE` or `CLOSED`.
   */
  transactionProducer(options: TransactionProducerOptions): TransactionProducer {
    this.#checkOpen()
    const config = parseOptions(transactionProducerOptionsSchema, options, 'transaction producer')
    const { group } = config
    checkGroup(group)
    if (this.#transactionProducers.has(group)) {
      throw clientErrors.GROUP_IN_USE({ group, kind: 'transaction producer' })
    }
    const producer = new TransactionProducer({
      ...this.#shared,
      config,
      onClose: async () => {
        this.#transactionProducers.delete(group)
        await this.#leaveProducerGroup(group)
      },
    })
    this.#transactionProducers.set(group, producer)
    this.#heartbeats.joinProducer(group)
    return producer
  }

  /**
   * Makes a push consumer, which starts by itself; `await consumer.ready` waits until it has its queues. Throws
   * `OPTION_INVALID`, `GROUP_INVALID`, `TOPIC_INVALID`, `GROUP_IN_USE` or `CLOSED`.
   */
  consumer(options: ConsumerOptions): Consumer {
    this.#checkOpen()
    const config = parseConsumerOptions(options)
    this.#checkNoConsumerOf(config.group)
    const consumer = new Consumer({
      ...this.#shared,
      config,
      localId: localIdOf(this.#config),
      nameservers: this.#config.nameservers,
      onClose: () => this.#releaseConsumer(config.group),
    })
    this.#consumers.set(config.group, consumer)
    return consumer
  }

  /**
   * Makes a consumer that is asked for messages: `for await (const message of client.pullConsumer({ … }))`. Throws as
   * `consumer` does.
   */
  pullConsumer(options: PullConsumerOptions): PullConsumer {
    this.#checkOpen()
    const config = parsePullConsumerOptions(options)
    this.#checkNoConsumerOf(config.group)
    const consumer = new PullConsumer({
      ...this.#shared,
      config,
      onClose: () => this.#releaseConsumer(config.group),
    })
    this.#consumers.set(config.group, consumer)
    return consumer
  }

  /** What one does to a cluster: topics, groups, offsets, looking for messages. */
  admin(): Admin {
    this.#checkOpen()
    return new Admin({
      brokers: this.#brokers,
      routes: this.#routes,
      nameservers: this.#nameservers,
      clock: this.#config.clock,
    })
  }

  /**
   * Reads messages of one queue without being in a group: nothing is committed. Waits up to `waitMs` (0) for the next
   * message when there is none yet.
   */
  pull(queue: MessageQueue, offset: number, options: PullOptions = {}): Promise<PullResult> {
    this.#checkOpen()
    return pullFromQueue(this.#brokers, this.#routes, queue, offset, options)
  }

  /** Closes consumers (they finish what is running), then producers, sends the trace, then closes the connections. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** Throws `NAMESERVERS_UNREACHABLE`; part of `connect`. */
  async checkNameservers(): Promise<void> {
    await this.#nameservers.connect()
  }

  async #close(): Promise<void> {
    const resources = new Resources()
    resources.use(this.#remoting)
    resources.use(this.#routes)
    resources.use(this.#heartbeats)
    if (this.#tracer) resources.use(this.#tracer)
    resources.defer(() =>
      Promise.all(
        [...this.#producers, ...this.#transactionProducers.values()].map((producer) => producer.close()),
      ),
    )
    resources.defer(() => Promise.all([...this.#consumers.values()].map((consumer) => consumer.close())))
    await resources.close()
  }

  async #releaseProducer(producer: Producer): Promise<void> {
    this.#producers.delete(producer)
    await this.#leaveProducerGroup(producer.group)
  }

  async #leaveProducerGroup(group: string): Promise<void> {
    if (this.#heartbeats.leaveProducer(group)) await this.#unregister({ producerGroup: group })
  }

  async #releaseConsumer(group: string): Promise<void> {
    this.#consumers.delete(group)
    this.#heartbeats.leaveConsumer(group)
    await this.#unregister({ consumerGroup: group })
  }

  /** Tells the brokers so that the rest of the group need not wait for our heartbeats to run out. */
  async #unregister(group: { producerGroup: string } | { consumerGroup: string }): Promise<void> {
    const fields = { clientID: this.clientId, ...group }
    const calls = [...this.#routes.brokers()].map(({ brokerName, address }) =>
      this.#brokers
        .callAddress(brokerName, address, unregisterClient, fields)
        .catch((error: unknown) => this.#report(error)),
    )
    await Promise.all(calls)
  }

  /** A broker forgets its clients with their connections. */
  #onDisconnect(address: string): void {
    if (this.#closing) return
    const members: Iterable<GroupMember> = this.#consumers.values()
    for (const broker of this.#routes.brokers()) {
      if (broker.address !== address) continue
      this.#heartbeats.soon()
      for (const member of members) member.disconnected?.(broker.brokerName)
    }
  }

  #report(error: unknown): void {
    if (!this.#closing) this.emit('problem', error)
  }

  #checkNoConsumerOf(group: string): void {
    if (this.#consumers.has(group)) throw clientErrors.GROUP_IN_USE({ group, kind: 'consumer' })
  }

  #checkOpen(): void {
    if (this.#closing) throw clientErrors.CLOSED({ what: 'client' })
  }
}

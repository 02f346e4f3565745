import { EventEmitter } from 'node:events'
import { parseOptions } from '@rocketeer/foundation'
import { Admin } from './admin/admin.js'
import { type ClientOptions, clientOptionsSchema, localIdOf } from './client-options.js'
import { Consumer } from './consumer.js'
import { type ConsumerOptions, parseConsumerOptions } from './consuming/consumer-options.js'
import { type PullConsumerOptions, parsePullConsumerOptions } from './consuming/pull-consumer-options.js'
import { PullMember } from './consuming/pull-member.js'
import { PushMember } from './consuming/push-member.js'
import { Membership } from './membership.js'
import { checkGroup } from './messages/names.js'
import { Producer } from './producing/producer.js'
import { TransactionChecks } from './producing/transaction-checks.js'
import {
  type TransactionProducerOptions,
  transactionProducerOptionsSchema,
} from './producing/transaction-options.js'
import { TransactionProducer } from './producing/transaction-producer.js'
import { PullConsumer } from './pull-consumer.js'
import { type PullOptions, type PullResult, pullFromQueue } from './pulling/pull.js'
import type { MessageQueue } from './routing/message-queue.js'
import { type ProducerOptions, producerOptionsSchema } from './sending/producer-options.js'

/**
 * Connects to a RocketMQ cluster, ours or Apache's. Rejects with `OPTION_INVALID` or, when no nameserver can be
 * reached, `NAMESERVERS_UNREACHABLE`.
 */
export async function connect(options: ClientOptions): Promise<Client> {
  const membership = new Membership(parseOptions(clientOptionsSchema, options, 'connect'))
  try {
    await membership.connect()
  } catch (error) {
    await membership.close()
    throw error
  }
  return new Client(membership)
}

/** The events of a `Client`. */
export interface ClientEvents {
  /** A failure in the background that is tried again by itself. Nobody needs to listen. */
  problem: [error: unknown]
}

/** A program's place in a cluster, made by `connect`: its producers, consumers and admin share connections and routes. */
export class Client extends EventEmitter<ClientEvents> implements AsyncDisposable {
  /** Brokers tell clients apart by it: `address@instanceName`, or the option `clientId`. */
  readonly clientId: string
  readonly #membership: Membership

  constructor(membership: Membership) {
    super()
    this.#membership = membership
    this.clientId = membership.clientId
    membership.on('problem', (error) => this.emit('problem', error))
  }

  /** Makes a producer; several of one group are fine. Throws `OPTION_INVALID`, `GROUP_INVALID` or `CLOSED`. */
  producer(options: ProducerOptions = {}): Producer {
    const membership = this.#openMembership()
    const config = parseOptions(producerOptionsSchema, options, 'producer')
    const { group } = config
    checkGroup(group)
    const producer: Producer = new Producer({
      ...sharedBy(membership),
      config,
      pendingRequests: membership.pendingRequests,
      beat: () => membership.heartbeats.beat(),
      onClose: () => membership.removeProducer(group, producer),
    })
    membership.addProducer(group, producer)
    return producer
  }

  /**
   * Makes a producer of transactions, one per group and client. Throws `OPTION_INVALID`, `GROUP_INVALID`,
   * `GROUP_IN_USE` or `CLOSED`.
   */
  transactionProducer(options: TransactionProducerOptions): TransactionProducer {
    const membership = this.#openMembership()
    const config = parseOptions(transactionProducerOptionsSchema, options, 'transaction producer')
    const { group } = config
    checkGroup(group)
    membership.checkNoTransactionsOf(group)
    const { tracer } = membership
    const problems = membership.problems.within({ part: 'transaction producer', group }, ({ error }) => {
      producer.emit('problem', error)
    })
    const checks = new TransactionChecks({ config, tracer, problems })
    const producer: TransactionProducer = new TransactionProducer({
      ...sharedBy(membership),
      config,
      checks,
      onClose: () => membership.removeProducer(group, producer, checks),
    })
    membership.addProducer(group, producer, checks)
    return producer
  }

  /**
   * Makes a push consumer, which starts by itself; `await consumer.ready` waits until it has its queues. Throws
   * `OPTION_INVALID`, `GROUP_INVALID`, `TOPIC_INVALID`, `GROUP_IN_USE` or `CLOSED`.
   */
  consumer(options: ConsumerOptions): Consumer {
    const membership = this.#openMembership()
    const config = parseConsumerOptions(options)
    const { group } = config
    membership.checkNoConsumerOf(group)
    const member = new PushMember({
      ...sharedBy(membership),
      config,
      localId: localIdOf(membership.config),
      files: membership.config.files,
      nameservers: membership.config.nameservers,
      onClose: () => membership.removeConsumer(group),
    })
    membership.addConsumer(group, member)
    return new Consumer(member)
  }

  /**
   * Makes a consumer that is asked for messages: `for await (const message of client.pullConsumer({ … }))`. Throws as
   * `consumer` does.
   */
  pullConsumer(options: PullConsumerOptions): PullConsumer {
    const membership = this.#openMembership()
    const config = parsePullConsumerOptions(options)
    const { group } = config
    membership.checkNoConsumerOf(group)
    const member = new PullMember({
      ...sharedBy(membership),
      config,
      onClose: () => membership.removeConsumer(group),
    })
    membership.addConsumer(group, member)
    return new PullConsumer(member)
  }

  /** What operators and tools do to a cluster. Throws `CLOSED`. */
  admin(): Admin {
    return new Admin(this.#openMembership())
  }

  /**
   * Reads messages of one queue without being in a group: nothing is committed. Waits up to `waitMs` (0) for the next
   * message when there is none yet.
   */
  pull(queue: MessageQueue, offset: number, options: PullOptions = {}): Promise<PullResult> {
    return pullFromQueue(this.#openMembership(), { queue, offset }, options)
  }

  /** Closes consumers (they finish what is running), then producers, sends the trace, then closes the connections. */
  close(): Promise<void> {
    return this.#membership.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #openMembership(): Membership {
    this.#membership.checkOpen()
    return this.#membership
  }
}

/** What every producer and consumer needs. */
function sharedBy(membership: Membership) {
  const { clientId, brokers, routes, heartbeats, tracer, clock, problems } = membership
  return { clientId, brokers, routes, heartbeats, tracer, clock, problems, random: membership.config.random }
}

import { EventEmitter } from 'node:events'
import { optionErrors } from '@rocketeer/foundation'
import { Admin } from './admin/admin.js'
import { parseClientOptions } from './apache-names.js'
import { type ClientOptions, clientOptionsSchema, localIdOf } from './client-options.js'
import { Consumer } from './consumer.js'
import { type ConsumerOptions, parseConsumerOptions } from './consuming/consumer-options.js'
import { type PullConsumerOptions, parsePullConsumerOptions } from './consuming/pull-consumer-options.js'
import { PullMember } from './consuming/pull-member.js'
import { PushMember } from './consuming/push-member.js'
import type { Journal } from './journaling/journal.js'
import { checkGroup } from './messages/names.js'
import type { ProblemSource } from './problems.js'
import { Producer } from './producing/producer.js'
import { TransactionChecks } from './producing/transaction-checks.js'
import {
  type TransactionProducerOptions,
  transactionProducerOptionsSchema,
} from './producing/transaction-options.js'
import { TransactionProducer } from './producing/transaction-producer.js'
import { PullConsumer } from './pull-consumer.js'
import { checkPull, type PullOptions, type PullResult, pullFromQueue } from './pulling/pull.js'
import type { MessageQueue } from './routing/message-queue.js'
import {
  type JournalingProducerOptions,
  journalingProducerOptionsSchema,
  type ProducerOptions,
  producerOptionsSchema,
} from './sending/producer-options.js'
import { Session } from './session.js'

/**
 * Connects to a RocketMQ cluster, ours or Apache's. Rejects with `OPTION_INVALID`, with `CLIENT_ID_IN_USE` when an open
 * client of this process has the same `clientId`, or, when no nameserver answers within `waitMs` and `startOffline` is
 * not set, `NAMESERVERS_UNREACHABLE`.
 */
export async function connect(options: ClientOptions): Promise<Client> {
  const session = new Session(parseClientOptions(clientOptionsSchema, options, 'connect'))
  try {
    await session.connect()
  } catch (error) {
    await session.close()
    throw error
  }
  return new Client(session)
}

/** The events of a `Client`. */
export interface ClientEvents {
  /**
   * A failure in the background, of the client, or of one of its consumers and producers, which `source` names; what
   * handlers throw is one, too. What can be retried is retried. When nobody listens, neither here nor at the part, the
   * process is warned once for each kind of problem.
   */
  problem: [error: unknown, source: ProblemSource]
}

/**
 * A program's connection to a cluster, made by `connect`: its producers, consumers and admin share sockets and routes.
 */
export class Client extends EventEmitter<ClientEvents> implements AsyncDisposable {
  /** Brokers tell clients apart by it: `address@instanceName`, or the option `clientId`. */
  readonly clientId: string
  readonly #session: Session

  /** @internal */
  constructor(session: Session) {
    super()
    this.#session = session
    this.clientId = session.clientId
    session.tellClient = ({ error, source }) => this.emit('problem', error, source)
  }

  /**
   * Makes a producer; several of one group are fine. Throws `OPTION_INVALID`, `GROUP_INVALID` or `CLOSED`. One with a journal
   * opens it, and delivers what is in it, at once; `await producer.journal.ready` says whether it could.
   */
  producer(options: JournalingProducerOptions): Producer<Journal>
  producer(options?: ProducerOptions): Producer
  producer(options: ProducerOptions | JournalingProducerOptions = {}): Producer | Producer<Journal> {
    const session = this.#openSession()
    const { journal, ...config } = {
      journal: undefined,
      ...parseClientOptions(
        (options as JournalingProducerOptions | null)?.journal !== undefined
          ? journalingProducerOptionsSchema
          : producerOptionsSchema,
        options,
        'producer',
      ),
    }
    const { group } = config
    checkGroup(group)
    const { files } = session.config
    const problems =
      journal &&
      session.problems.within({ part: 'journal', group }, ({ error, source }) =>
        producer.emit('problem', error, source),
      )
    const producer: Producer<Journal | undefined> = new Producer<Journal | undefined>({
      ...sharedBy(session),
      config,
      journaling: journal && problems && { config: journal, files, problems },
      pendingRequests: session.pendingRequests,
      beat: () => session.heartbeats.beat(),
      onClose: () => session.removeProducer(group, producer),
    })
    session.addProducer(group, producer)
    return producer as Producer | Producer<Journal>
  }

  /**
   * Makes a producer of transactions, one per group and client. Throws `OPTION_INVALID`, `GROUP_INVALID`,
   * `GROUP_IN_USE` or `CLOSED`.
   */
  transactionProducer(options: TransactionProducerOptions): TransactionProducer {
    const session = this.#openSession()
    if (Object.hasOwn(options ?? {}, 'journal')) throw optionErrors.OPTION_INVALID(NO_JOURNAL)
    const config = parseClientOptions(transactionProducerOptionsSchema, options, 'transaction producer')
    const { group } = config
    checkGroup(group)
    session.checkNoTransactionsOf(group)
    const { tracer } = session
    const problems = session.problems.within({ part: 'transaction producer', group }, ({ error, source }) =>
      producer.emit('problem', error, source),
    )
    const checks = new TransactionChecks({
      config,
      tracer,
      problems,
      inFlight: session.clock.inFlight,
    })
    const producer: TransactionProducer = new TransactionProducer({
      ...sharedBy(session),
      config,
      problems,
      checks,
      onClose: () => session.removeProducer(group, producer, checks),
    })
    session.addProducer(group, producer, checks)
    return producer
  }

  /**
   * Makes a push consumer, which starts by itself; `await consumer.ready` waits until it has its queues. Throws
   * `OPTION_INVALID`, `GROUP_INVALID`, `TOPIC_INVALID`, `GROUP_IN_USE` or `CLOSED`.
   */
  consumer(options: ConsumerOptions): Consumer {
    const session = this.#openSession()
    const config = parseConsumerOptions(options)
    const { group } = config
    session.checkNoConsumerOf(group)
    const problems = session.problems.within({ part: 'consumer', group }, ({ error, source }) =>
      consumer.emit('problem', error, source),
    )
    const member = new PushMember({
      ...sharedBy(session),
      problems,
      config,
      localId: localIdOf(session.config),
      files: session.config.files,
      nameservers: session.config.nameservers,
      onClose: () => session.removeConsumer(group),
    })
    session.addConsumer(group, member)
    const consumer = new Consumer(member)
    return consumer
  }

  /**
   * Makes a consumer that is asked for messages: `for await (const message of client.pullConsumer({ … }))`. Throws as
   * `consumer` does.
   */
  pullConsumer(options: PullConsumerOptions): PullConsumer {
    const session = this.#openSession()
    const config = parsePullConsumerOptions(options)
    const { group } = config
    session.checkNoConsumerOf(group)
    const problems = session.problems.within({ part: 'consumer', group }, ({ error, source }) =>
      consumer.emit('problem', error, source),
    )
    const member = new PullMember({
      ...sharedBy(session),
      problems,
      config,
      onClose: () => session.removeConsumer(group),
    })
    session.addConsumer(group, member)
    const consumer = new PullConsumer(member)
    return consumer
  }

  /** Operations on the cluster for operators and tools. Throws `CLOSED`. */
  admin(): Admin {
    return new Admin(this.#openSession())
  }

  /**
   * Reads messages of one queue without being in a group: nothing is committed. Waits up to `waitMs` (0) for the next
   * message when there is none yet.
   */
  async pull(queue: MessageQueue, offset: number, options: PullOptions = {}): Promise<PullResult> {
    checkPull(queue, offset, options)
    return pullFromQueue(this.#openSession(), { queue, offset }, options)
  }

  /** Closes consumers (they finish what is running), then producers, sends the trace, then closes the connections. */
  close(): Promise<void> {
    return this.#session.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #openSession(): Session {
    this.#session.checkOpen()
    return this.#session
  }
}

const NO_JOURNAL = {
  subject: 'transaction producer',
  problems: [
    '"journal" is for other producers: a broker must have the half message before the local transaction runs',
  ],
}

/** What every producer and consumer needs. */
function sharedBy(session: Session) {
  const { clientId, brokers, routes, heartbeats, tracer, clock, problems, config } = session
  return {
    clientId,
    // An id that was not given is nobody else's.
    idIsGiven: config.clientId !== undefined || config.instanceName !== undefined,
    lostConnectionAt: () => session.lostConnectionAt,
    brokers,
    routes,
    heartbeats,
    tracer,
    clock,
    problems,
    random: config.random,
  }
}

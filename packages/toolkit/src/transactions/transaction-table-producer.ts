import type {
  Client,
  Message,
  MessageToSend,
  TransactionOutcome,
  TransactionProducer,
  TransactionProducerOptions,
  TransactionReceipt,
  TransactionSendOptions,
} from '@rocketeer/client'
import { type Clock, option, parseOptions, Rounds, systemClock, z } from '@rocketeer/foundation'
import { toolkitErrors } from '../errors.js'
import { givenFunction } from '../given.js'
import { Worker } from '../worker/worker.js'
import type { TransactionRows } from './transaction-rows.js'

/** What `transactions.producer` takes besides the client. */
export interface TransactionTableProducerOptions extends Omit<TransactionProducerOptions, 'check'> {
  /**
   * How long a row is kept by the clock of the database, 7 days. A broker that was away asks when it is back, so rows should
   * outlive its messages (`fileReservedHours`, 72): what became of an older transaction is `unknown`.
   */
  keepMs?: number | undefined
  /** Aborting it closes the producer. */
  signal?: AbortSignal | undefined
  /** Drives the cleaning, and tells how old the message is of which a broker asks; the system's. */
  clock?: Clock | undefined
}

/** What `send` resolves to: what the broker said, and what the work in the transaction returned. */
export interface CommittedSend<Result> {
  readonly receipt: TransactionReceipt
  readonly result: Result
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

const schema = z.looseObject({
  keepMs: z
    .int()
    .min(HOUR_MS)
    .default(7 * DAY_MS),
  signal: z.instanceof(AbortSignal).optional(),
  clock: option.clock().default(systemClock),
})

/**
 * Sends a message exactly when a transaction of the database commits. `transactions.producer` makes one; it is a producer
 * of half messages whose check looks into the table.
 */
export class TransactionTableProducer<Transaction> extends Worker {
  readonly #rows: TransactionRows<Transaction>
  readonly #producer: TransactionProducer
  readonly #clock: Clock
  readonly #keepMs: number

  /** @internal */
  constructor(
    rows: TransactionRows<Transaction>,
    client: Client,
    { keepMs, signal, clock, ...options }: TransactionTableProducerOptions,
  ) {
    const config = parseOptions(schema, { keepMs, signal, clock }, 'transactions.producer')
    super(`the transaction producer (group "${options.group}")`, config.signal)
    this.#rows = rows
    this.#clock = config.clock
    this.#keepMs = config.keepMs
    this.#producer = client.transactionProducer({ ...options, check: (message) => this.#check(message) })
    this.#producer.on('problem', (error) => this.report(error, { group: options.group }))
    const cleaning = new Rounds({
      clock: this.#clock,
      round: () => this.#deleteOld(),
      onFailure: (error) => this.report(error, { group: options.group }),
      retryAfterMs: HOUR_MS,
    })
    this.closeInTime(() => cleaning.close())
    this.closeInTime(() => this.#producer.close())
    this.closeWith(this.#producer)
    cleaning.start()
    cleaning.due(this.#clock.now() + HOUR_MS)
  }

  /** Resolves when the brokers that may ask know this producer. Never rejects. */
  get ready(): Promise<void> {
    return this.#producer.ready
  }

  /**
   * Stores the message where no consumer sees it, runs `work` in a transaction, and has the message delivered when that
   * commits. Rejects with what `work` or the database rejected with, when nothing was committed: the message is dropped. When
   * the database cannot tell whether it has committed, it rejects with its error, and the message is delivered once the
   * broker has asked and the table says so. Rejects as `TransactionProducer.send` does; then `work` did not run.
   */
  async send<Result>(
    message: MessageToSend,
    work: (transaction: Transaction) => Promise<Result>,
    options: TransactionSendOptions = {},
  ): Promise<CommittedSend<Result>> {
    givenFunction(work, 'transactions.producer', 'the work of the transaction')
    let committed: { readonly result: Result } | undefined
    let failure: unknown
    const receipt = await this.#producer.send(
      message,
      async ({ transactionId }) => {
        let worked: { readonly result: Result } | undefined
        try {
          await this.#rows.commit(transactionId, async (transaction) => {
            worked = { result: await work(transaction) }
          })
          committed = worked
          return 'commit'
        } catch (error) {
          failure = error
          // The connection may have broken while it committed: then the row is there.
          const outcome = worked ? await this.#outcomeOf(transactionId) : 'rollback'
          if (outcome === 'commit') committed = worked
          return outcome
        }
      },
      options,
    )
    if (committed === undefined) throw failure
    return { receipt, result: committed.result }
  }

  async #outcomeOf(transactionId: string): Promise<TransactionOutcome> {
    try {
      return await this.#rows.decide(transactionId)
    } catch {
      return 'unknown'
    }
  }

  async #check({ messageId, bornTimestamp }: Message): Promise<TransactionOutcome> {
    if (this.#clock.now() - bornTimestamp < this.#keepMs - HOUR_MS) return this.#rows.decide(messageId)
    // A row of that time may have been deleted, and its absence says nothing.
    const known = await this.#rows.find(messageId)
    if (known !== undefined) return known
    throw toolkitErrors.TRANSACTION_TOO_OLD({ messageId, keepMs: this.#keepMs })
  }

  async #deleteOld(): Promise<number> {
    const hasMore = await this.#rows.deleteOlderThan(this.#keepMs)
    return this.#clock.now() + (hasMore ? 0 : HOUR_MS)
  }
}

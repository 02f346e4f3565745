import { z } from '@rocketeer/foundation'
import type { MessageToSend } from '../messages/outgoing.js'
import type { Message } from '../messages/received-message.js'
import { type ProducerOptions, producerOptionsSchema, type SendReceipt } from '../sending/producer-options.js'

/**
 * What became of the local transaction: `commit` delivers the message, `rollback` discards it, and on `unknown` the
 * broker asks later. Apache: LocalTransactionState.
 */
export type TransactionOutcome = 'commit' | 'rollback' | 'unknown'

/**
 * Answers what became of a message's transaction, whichever producer of the group sent it, and whenever. Look up what
 * the local transaction has written; answer `unknown` while it may still be running. What it throws,
 * or answers otherwise, counts as `unknown` and is reported as the problem `CHECK_FAILED`.
 */
export type TransactionCheck = (
  message: Message,
  // TypeScript takes `async () => { … return 'commit' }` for a promise of any string.
) => TransactionOutcome | Promise<TransactionOutcome | string>

/** The local transaction. Throw, or answer `unknown`, when the outcome is not certain. */
export type LocalTransaction = (transaction: Transaction) => Promise<TransactionOutcome>

/** What `client.transactionProducer` takes. */
export interface TransactionProducerOptions extends ProducerOptions {
  /** Producers that can answer for each other's transactions: the broker asks any of them. */
  group: string
  /** Called when a broker asks what became of a transaction. */
  check: TransactionCheck
  /** Checks running at the same time, 16. Apache: checkThreadPoolMaxSize. */
  checkConcurrency?: number | undefined
  /** Checks waiting, 2000; more are dropped, since the broker asks again. Apache: checkRequestHoldMax. */
  checksWaitingMax?: number | undefined
  /** Topics it will send to: their brokers may ask this producer from the start, before its first send. */
  topics?: string[] | undefined
}

export const transactionProducerOptionsSchema = producerOptionsSchema.extend({
  group: z.string(),
  check: z.custom<TransactionCheck>((value) => typeof value === 'function', 'a function is needed'),
  checkConcurrency: z.int().positive().default(16),
  checksWaitingMax: z.int().positive().default(2000),
  topics: z.array(z.string()).default([]),
})

export type TransactionProducerConfig = Readonly<z.output<typeof transactionProducerOptionsSchema>>

/** What the local transaction is called with. */
export interface Transaction {
  /** The message's unique id, the same as in the check and for consumers: note it with the transaction. */
  readonly transactionId: string
  readonly message: MessageToSend
}

/** What `send` of a transaction producer resolves to. */
export interface TransactionReceipt extends SendReceipt {
  readonly transactionId: string
  /**
   * What the local transaction answered. The broker is told without an answer of its own; if it does not hear, it asks.
   */
  readonly outcome: TransactionOutcome
}

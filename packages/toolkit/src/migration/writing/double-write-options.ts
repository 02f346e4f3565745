import type { Journal, Producer, TransactionProducer } from '@rocketeer/client'
import { type Clock, option, systemClock, z } from '@rocketeer/foundation'
import type { Side } from '../clusters/clusters.js'

/** What `doubleWrite` takes. */
export interface DoubleWriteOptions<From extends Journal | undefined, To extends Journal | undefined> {
  /** Of the old cluster. It stays open when the double writer closes. */
  from: Producer<From>
  /**
   * Of the new cluster. With a journal nothing is missed, and order is kept, while that cluster is away.
   */
  to: Producer<To>
  /** For `sendInTransaction`: a producer of transactions of each cluster. */
  transactions?: { from: TransactionProducer; to: TransactionProducer } | undefined
  /** Whose answer and failure are the caller's; `'from'` by default. */
  inCharge?: Side | undefined
  /**
   * True: a send waits for the other cluster, too, and rejects with `MIGRATION_HALF_WRITTEN` when that fails. Default
   * false.
   */
  strict?: boolean | undefined
  /** The most messages that wait for the cluster that is not in charge, 1,000; what comes beyond them is missed there. */
  waitingMax?: number | undefined
  /** The most bytes of bodies that wait for it, 64 MiB. */
  waitingBytesMax?: number | undefined
  /** How long `close` waits for what has not reached the other cluster, 10,000 ms. */
  closeTimeoutMs?: number | undefined
  /** Aborting it closes the double writer. */
  signal?: AbortSignal | undefined
  clock?: Clock | undefined
}

const producer = <Type>(needed: string) =>
  z.custom<Type>((value) => typeof (value as { send?: unknown } | undefined)?.send === 'function', needed)

export const doubleWriteSchema = z
  .strictObject({
    from: producer<Producer<Journal | undefined>>('a producer of the old cluster is needed'),
    to: producer<Producer<Journal | undefined>>('a producer of the new cluster is needed'),
    transactions: z
      .strictObject({
        from: producer<TransactionProducer>('a transaction producer of the old cluster is needed'),
        to: producer<TransactionProducer>('a transaction producer of the new cluster is needed'),
      })
      .optional(),
    inCharge: z.enum(['from', 'to']).default('from'),
    strict: z.boolean().default(false),
    waitingMax: option.count().max(1_000_000).default(1_000),
    waitingBytesMax: option.bytes().default(64 * 1024 * 1024),
    closeTimeoutMs: option.wait().default(10_000),
    signal: z.instanceof(AbortSignal).optional(),
    clock: option.clock().default(systemClock),
  })
  .refine(({ from, to }) => from !== to, '"from" and "to" are the same producer: give one of each cluster')
  .refine(
    ({ transactions }) => transactions === undefined || transactions.from !== transactions.to,
    'both "transactions" are the same producer: give one of each cluster',
  )

export type DoubleWriteConfig = Readonly<z.output<typeof doubleWriteSchema>>

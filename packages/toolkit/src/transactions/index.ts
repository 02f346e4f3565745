export type { Worker, WorkerEvents, WorkerSource } from '../worker/worker.js'
export { TransactionTable, type TransactionTableOptions } from './transaction-table.js'
export type {
  CommittedSend,
  TransactionTableProducer,
  TransactionTableProducerOptions,
} from './transaction-table-producer.js'

export type { Worker, WorkerEvents, WorkerSource } from '../worker/worker.js'
export { type AlreadySentOptions, alreadySent } from './already-sent.js'
export { businessCheck } from './business-check.js'
export { type IdempotencyEvent, idempotencyChannel } from './channels.js'
export type { EffectCall, EffectOutcome, IdempotencyEntry, IdempotencyStore } from './idempotency-store.js'
export {
  type IdempotentBatchOptions,
  type IdempotentContext,
  type IdempotentOptions,
  idempotent,
  idempotentBatch,
} from './idempotent.js'
export type { MissingKey } from './identity.js'
export type { InboxCleaner, InboxCleanerOptions, InboxCleanerStatus } from './inbox-cleaner.js'
export { type RedisClient, type RedisStoreOptions, redisStore } from './redis-store.js'
export { type SqlInbox, type SqlInboxOptions, sqlInbox } from './sql-inbox.js'

export type { Worker, WorkerEvents, WorkerSource } from '../worker/worker.js'
export { type MigrationEvent, migrationChannel } from './clusters/channels.js'
export type { Clusters, Side } from './clusters/clusters.js'
export type { CompareOptions, CopyMissingOptions } from './comparison/compare-options.js'
export { compareTopics } from './comparison/compare-topics.js'
export { type CopiedMissing, copyMissing } from './comparison/copy-missing.js'
export type { MatchBy } from './comparison/message-identity.js'
export type {
  CopyAt,
  DifferenceExample,
  DifferenceKind,
  TopicComparison,
} from './comparison/topic-comparison.js'
export {
  type GroupStatus,
  type MigrationStatus,
  type MigrationStatusOptions,
  migrationStatus,
  type TopicStatus,
} from './planning/migration-status.js'
export {
  type GroupPlan,
  type MigrateTopicsOptions,
  type MigrationPlan,
  migrateTopics,
  type PlanOptions,
  planMigration,
  type TopicPlan,
} from './planning/plan-migration.js'
export type { TopicShape } from './planning/topic-shape.js'
export {
  type ChangeOptions,
  type DoubleReader,
  type DoubleReadStatus,
  doubleRead,
} from './reading/double-read.js'
export type { Charge, DoubleReadOptions } from './reading/double-read-options.js'
export { rolledBack } from './reading/rolled-back.js'
export {
  type TranslatedOffsets,
  type TranslatedQueue,
  type TranslatedTopic,
  type TranslateOptions,
  translateOffsets,
} from './translate-offsets.js'
export { type DoubleWriter, type DoubleWriteStatus, doubleWrite } from './writing/double-write.js'
export type { DoubleWriteOptions } from './writing/double-write-options.js'

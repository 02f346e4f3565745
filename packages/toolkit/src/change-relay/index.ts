export { appliedChangesTable } from './apply/applied-versions.js'
export {
  type AppliedTable,
  type ApplyChangesOptions,
  applyChanges,
  type ChangeApplier,
} from './apply/apply-changes.js'
export { type ChangeRelay, type ChangeRelayStatus, type RelayState, relayChanges } from './change-relay.js'
export {
  type Change,
  type ChangedRow,
  type ChangeType,
  type ColumnValue,
  readChange,
} from './changes/change.js'
export type { CanalMessage, CanalRow } from './formats/canal.js'
export type { ChangeFormat, ChangeRoute } from './formats/change-message.js'
export { filePositions } from './positions/file-positions.js'
export type { PositionClaim, PositionStore, RelayPosition } from './positions/relay-position.js'
export { relayPositionsTable, type SqlPositionsOptions, sqlPositions } from './positions/sql-positions.js'
export type { ChangeRelayOptions, TableChange } from './relay-options.js'
export type { ChangeSource, SourceConnection } from './source/change-source.js'

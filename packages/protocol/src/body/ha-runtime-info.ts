import { bodyOf, flag, integer, list, object, optional, text, type ValueOf } from './shape.js'

export const haConnectionRuntimeInfoShape = object({
  addr: optional(text()),
  slaveAckOffset: integer(),
  diff: integer(),
  inSync: flag(),
  transferredByteInSecond: integer(),
  transferFromWhere: integer(),
})

/** A slave as its master sees it. Apache: HAConnectionRuntimeInfo. */
export type HAConnectionRuntimeInfo = ValueOf<typeof haConnectionRuntimeInfoShape>

export const haClientRuntimeInfoShape = object({
  masterAddr: optional(text()),
  transferredByteInSecond: integer(),
  maxOffset: integer(),
  lastReadTimestamp: integer(),
  lastWriteTimestamp: integer(),
  masterFlushOffset: integer(),
})

/** A slave as it sees itself. Apache: HAClientRuntimeInfo. */
export type HAClientRuntimeInfo = ValueOf<typeof haClientRuntimeInfoShape>

export const haRuntimeInfoShape = object({
  master: flag(),
  masterCommitLogMaxOffset: integer(),
  inSyncSlaveNums: integer(),
  haConnectionInfo: list(haConnectionRuntimeInfoShape),
  haClientRuntimeInfo: optional(haClientRuntimeInfoShape),
})

/** How replication is doing. Apache: HARuntimeInfo. */
export type HARuntimeInfo = ValueOf<typeof haRuntimeInfoShape>

export const { encode: encodeHARuntimeInfo, decode: decodeHARuntimeInfo } = bodyOf(
  'HARuntimeInfo',
  haRuntimeInfoShape,
)

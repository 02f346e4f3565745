import { bodyOf, integer, list, object, optional, text, type ValueOf } from './shape.js'

export const epochEntryShape = object({
  epoch: integer(),
  startOffset: integer(),
  endOffset: integer(),
})

/** From which offset on an epoch counts. Apache: EpochEntry. */
export type EpochEntry = ValueOf<typeof epochEntryShape>

export const epochEntryCacheShape = object({
  clusterName: optional(text()),
  brokerName: optional(text()),
  brokerId: integer(),
  epochList: list(epochEntryShape),
  maxOffset: integer(),
})

/** The epochs of a replicated commit log. Apache: EpochEntryCache. */
export type EpochEntryCache = ValueOf<typeof epochEntryCacheShape>

export const { encode: encodeEpochEntryCache, decode: decodeEpochEntryCache } = bodyOf(
  'EpochEntryCache',
  epochEntryCacheShape,
)

import { flag, integer, object, type ValueOf } from './shape.js'

export const processQueueInfoShape = object({
  commitOffset: integer(),
  cachedMsgMinOffset: integer(),
  cachedMsgMaxOffset: integer(),
  cachedMsgCount: integer(),
  cachedMsgSizeInMiB: integer(),
  transactionMsgMinOffset: integer(),
  transactionMsgMaxOffset: integer(),
  transactionMsgCount: integer(),
  locked: flag(),
  tryUnlockTimes: integer(),
  lastLockTimestamp: integer(),
  droped: flag(),
  lastPullTimestamp: integer(),
  lastConsumeTimestamp: integer(),
})

/** What a push consumer holds of one queue. Apache: ProcessQueueInfo. */
export type ProcessQueueInfo = ValueOf<typeof processQueueInfoShape>

export const popProcessQueueInfoShape = object({
  waitAckCount: integer(),
  droped: flag(),
  lastPopTimestamp: integer(),
})

/** What a popping consumer holds of one queue. Apache: PopProcessQueueInfo. */
export type PopProcessQueueInfo = ValueOf<typeof popProcessQueueInfoShape>

import { integer, object, type ValueOf } from './shape.js'

export const offsetWrapperShape = object({
  brokerOffset: integer(),
  consumerOffset: integer(),
  pullOffset: integer(),
  lastTimestamp: integer(),
})

/** How far a group is in one queue. Apache: OffsetWrapper. */
export type OffsetWrapper = ValueOf<typeof offsetWrapperShape>

import type { Rules } from './rules.js'
import type { Disturbance } from './run-record.js'

/** True from the disturbance on until the group must have settled. */
export function coversMoment({ began, over }: Disturbance, time: number, { settleMs }: Rules): boolean {
  return time >= began.time && time <= (over?.time ?? Number.POSITIVE_INFINITY) + settleMs
}

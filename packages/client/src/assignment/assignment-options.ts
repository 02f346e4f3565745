import { option, z } from '@rocketeer/foundation'
import { type Allocate, type AllocationName, allocations } from './allocation.js'

const allocationNames = Object.keys(allocations) as [AllocationName, ...AllocationName[]]

/** How queues are divided among the members of a group. */
export interface AssignmentOptions {
  /**
   * The strategy, `'average'` by default. All members must have the same, which no broker checks. A name, the result of
   * `allocateByMachineRoom`, `allocateNearby` or `allocateByConfig`, or a function of your own.
   */
  allocate?: AllocationName | Allocate | undefined
  /** How often the queues are divided again when no change is known, 20,000 ms. Apache: rebalance.waitInterval. */
  rebalanceIntervalMs?: number | undefined
}

export const assignmentOptions = {
  allocate: z
    .union([
      z.enum(allocationNames),
      z.custom<Allocate>((value) => typeof value === 'function', 'a function is needed'),
    ])
    .default('average'),
  rebalanceIntervalMs: option.milliseconds().default(20_000),
}

export type AssignmentConfig = Readonly<z.output<z.ZodObject<typeof assignmentOptions>>>

export function allocateOf({ allocate }: Pick<AssignmentConfig, 'allocate'>): Allocate {
  return typeof allocate === 'function' ? allocate : allocations[allocate]
}

import { option, z } from '@rocketeer/foundation'
import { type Allocate, type AllocationName, allocations } from './allocation.js'

const allocationNames = Object.keys(allocations) as [AllocationName, ...AllocationName[]]

/** How the members of a group come to their queues. */
export interface AssignmentOptions {
  /**
   * How queues are divided among the members, `'average'` unless told; the same for all of them, which no broker checks.
   * By name, or what `allocateByMachineRoom`, `allocateNearby` and `allocateByConfig` make, or a function of your own.
   */
  allocate?: AllocationName | Allocate | undefined
  /** How often the queues are divided again without being asked to, 20,000 ms. Apache: rebalance.waitInterval. */
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

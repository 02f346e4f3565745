import { SimulatedDisk } from './simulated-disk.js'

export interface PowerCutCase {
  /** Makes what is on disk, durably, before the change. */
  before?(disk: SimulatedDisk): Promise<unknown>
  /** Is interrupted; what it throws then does not matter. */
  change(disk: SimulatedDisk): Promise<unknown>
  /** Looks at what is left. `ended`: the change had resolved before the power went, so all of it must be there. */
  after(disk: SimulatedDisk, ended: boolean): Promise<unknown>
}

/** Random choices of what survives, besides nothing and everything. */
const RANDOM_CHOICES = 12

/**
 * Cuts the power during each step of a change and after its end, for every step with several choices of what had
 * reached the disk by then. Resolves to the number of steps.
 */
export async function atEveryPowerCut(each: PowerCutCase): Promise<number> {
  for (let steps = 0; ; steps++) {
    let ended = false
    for (const survives of choices()) {
      const disk = new SimulatedDisk()
      await each.before?.(disk)
      disk.sync()
      disk.cutPowerAfter(steps)
      ended = await each.change(disk).then(
        () => true,
        () => false,
      )
      disk.restart(survives)
      await each.after(disk, ended)
    }
    if (ended) return steps
  }
}

function* choices(): Generator<() => boolean> {
  yield () => false
  yield () => true
  for (let seed = 1; seed <= RANDOM_CHOICES; seed++) yield coin(seed)
}

/** A repeatable coin (mulberry32). */
function coin(seed: number): () => boolean {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) & 1) === 1
  }
}

import { SeededRandom } from '@rocketeer/test-kit'
import { SimulatedDisk } from './simulated-disk.js'

export interface PowerCutCase {
  /** Prepares what is on the disk before the change; all of it becomes durable. */
  before?(disk: SimulatedDisk): Promise<unknown>
  /** The change during which the power goes, which may reject then. */
  change(disk: SimulatedDisk): Promise<unknown>
  /** Checks what is left. `ended`: the change had resolved before the power went, so all of it must be there. */
  after(disk: SimulatedDisk, ended: boolean): Promise<unknown>
}

/** Number of random choices of what survives, besides nothing and everything. */
const RANDOM_CHOICES = 12

/**
 * Cuts the power during each step of a change and after its end, for each step with several choices of what has
 * reached the disk by then. Resolves to the number of steps; rejects when the change fails although there is power.
 */
export async function atEveryPowerCut(each: PowerCutCase): Promise<number> {
  for (let steps = 0; ; steps++) {
    let ended = false
    for (const survives of choices()) {
      const disk = new SimulatedDisk()
      await each.before?.(disk)
      disk.sync()
      disk.cutPowerAfter(steps)
      await each.change(disk).catch((error: unknown) => {
        if (disk.hasPower) throw error
      })
      ended = disk.hasPower
      disk.restart(survives)
      await each.after(disk, ended)
    }
    if (ended) return steps
  }
}

function* choices(): Generator<() => boolean> {
  yield () => false
  yield () => true
  for (let seed = 1; seed <= RANDOM_CHOICES; seed++) {
    const random = new SeededRandom(seed)
    yield () => random.chance(0.5)
  }
}

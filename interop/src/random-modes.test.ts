import { setTimeout as sleep } from 'node:timers/promises'
import { eventually, expectSound, SeededRandom, seedsToRun, summaryOf } from '@rocketeer/test-kit'
import { describe, expect, it } from 'vitest'
import { GROUPS, RandomRun } from './programs/random-run.js'

const WORKERS = ['slot-0', 'slot-1', 'slot-2']
const PRODUCERS = ['producer-0', 'producer-1']
const STEPS = 10
const STEP_MS_MAX = 1_500
/** The locks of a killed member expire after a minute, unless a killed broker forgets them sooner. */
const DRAIN_MS = 90_000
const QUIET_MS = 3_000

// The page cache survives a killed process: an acknowledged message is there whether it was flushed or not.
describe.each(['ASYNC_FLUSH', 'SYNC_FLUSH'])('processes killed at random, %s', (flushDiskType) => {
  it.each(seedsToRun(1))(
    'in every mode nothing is lost, order is kept, and nothing comes again without a reason, seed %i',
    async (seed) => {
      await using run = await RandomRun.start(flushDiskType)
      const random = new SeededRandom(seed)
      for (const slot of PRODUCERS) run.startProducer(slot, random)
      for (const slot of WORKERS) run.startWorker(slot)
      const brokerDies = [random.between(2, 4), random.between(7, STEPS - 1)]
      for (let step = 0; step < STEPS; step++) {
        await sleep(random.between(STEP_MS_MAX / 3, STEP_MS_MAX))
        if (brokerDies.includes(step)) await run.killBroker()
        else await endAndStartAgain(run, random, step > brokerDies[1]!)
      }
      for (const slot of PRODUCERS) await run.stop(slot)
      await eventually(() => expect(lost(run)).toEqual([]), { withinMs: DRAIN_MS, everyMs: 500 })
      await sleep(QUIET_MS)
      for (const slot of WORKERS) await run.stop(slot)
      const verdicts = run.verdicts()
      for (const [group, verdict] of verdicts) {
        console.log(`${flushDiskType}, ${group}: ${summaryOf([verdict])}`)
        expectSound(verdict, `${group}; again with RANDOM_SEEDS=${seed}`)
      }
      expect([...verdicts.keys()]).toEqual(Object.keys(GROUPS))
      for (const { delivered } of verdicts.values()) expect(delivered).toBeGreaterThan(0)
    },
  )
})

/** Kills one of the processes, or tells it to end (always if `gently`), and starts it again. */
async function endAndStartAgain(run: RandomRun, random: SeededRandom, gently: boolean): Promise<void> {
  const slot = random.pick([...WORKERS, ...WORKERS, ...PRODUCERS])
  if (gently || random.chance(0.3)) await run.stop(slot)
  else await run.kill(slot)
  if (PRODUCERS.includes(slot)) run.startProducer(slot, random)
  else run.startWorker(slot)
}

function lost(run: RandomRun): string[] {
  const faults = [...run.verdicts().values()].flatMap((verdict) => verdict.faults)
  return faults.filter((fault) => fault.startsWith('lost')).slice(0, 5)
}

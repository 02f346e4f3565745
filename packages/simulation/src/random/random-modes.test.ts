import { ManualClock } from '@rocketeer/foundation'
import { expectSound, seedsToRun, summaryOf, type Verdict } from '@rocketeer/test-kit'
import { expect, it } from 'vitest'
import { type Mode, RandomRun } from './random-run.js'

const modes: [string, Mode][] = [
  ['concurrent', { consume: 'concurrent', send: ['single'], deadPercent: 3 }],
  ['ordered', { consume: 'ordered', send: ['single', 'batch'] }],
  ['broadcasting', { consume: 'broadcasting', send: ['single', 'batch'] }],
  ['pull', { consume: 'pull', send: ['single', 'batch'] }],
  ['timed', { consume: 'concurrent', send: ['timed'] }],
  ['transactions', { consume: 'concurrent', send: ['transaction'] }],
  ['mixed', { consume: 'concurrent', send: ['single', 'batch', 'timed', 'transaction'], deadPercent: 2 }],
]

/** Of each mode. */
const SEEDS = 2

it.each(modes)(
  '%s: nothing is lost, and nothing comes again without a reason',
  async (name, mode) => {
    const verdicts: Verdict[] = []
    for (const seed of seedsToRun(SEEDS)) {
      const verdict = await play(mode, seed)
      expectSound(verdict, `${name}; again with RANDOM_SEEDS=${seed}`)
      verdicts.push(verdict)
    }
    console.log(`${name}, ${verdicts.length} runs: ${summaryOf(verdicts)}`)
    expect(verdicts.every(({ sent, delivered }) => sent > 0 && delivered > 0)).toBe(true)
  },
  60_000,
)

async function play(mode: Mode, seed: number): Promise<Verdict> {
  await using run = await RandomRun.start(mode, seed, new ManualClock())
  return await run.play()
}

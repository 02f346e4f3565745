import { ManualClock } from '@rocketeer/foundation'
import { seedsToRun } from '@rocketeer/test-kit'
import { expect, it } from 'vitest'
import { INVISIBLE_MS, type PopDelivery, PopRun } from './pop-run.js'

const SEEDS = 2
const STEPS = 25
/** A member acknowledges to its broker at once, and again after a second when that failed. */
const UNACKNOWLEDGED_MS = 2_000
/** A message that waits is handed on before 7/8 of its invisible time are over. */
const WAITED_MAX_MS = (INVISIBLE_MS * 7) / 8

/** How often a message came again, by cause. */
type Repeats = { failed: number; killed: number; outOfTime: number; brokerKilled: number }

it.each([
  ['members come, go, are killed and cut off', false],
  ['and the broker is killed', true],
])(
  '%s: nothing is lost, and nothing comes again while it is invisible',
  async (name, killBroker) => {
    const total: Repeats = { failed: 0, killed: 0, outOfTime: 0, brokerKilled: 0 }
    let [sent, delivered] = [0, 0]
    for (const seed of seedsToRun(SEEDS)) {
      await using run = await PopRun.start({ seed, steps: STEPS, killBroker }, new ManualClock())
      await run.play()
      const repeats = check(run, `${name}; again with RANDOM_SEEDS=${seed}`)
      for (const cause of Object.keys(total) as (keyof Repeats)[]) total[cause] += repeats[cause]
      sent += run.sent.size
      delivered += run.deliveries.length
    }
    console.log(`${name}: ${sent} sent, ${delivered} delivered; again because: ${JSON.stringify(total)}`)
    expect(delivered).toBeGreaterThan(sent)
  },
  180_000,
)

function check(run: PopRun, what: string): Repeats {
  const byId = new Map<string, PopDelivery[]>()
  for (const delivery of run.deliveries) byId.set(delivery.id, [...(byId.get(delivery.id) ?? []), delivery])
  const lost = [...run.sent].filter((id) => !byId.get(id)?.some(({ outcome }) => outcome === 'done'))
  expect(lost, `lost; ${what}`).toEqual([])
  const repeats: Repeats = { failed: 0, killed: 0, outOfTime: 0, brokerKilled: 0 }
  for (const deliveries of byId.values()) {
    for (const [index, delivery] of deliveries.slice(1).entries())
      repeats[causeOf(run, deliveries[index]!, delivery)]++
  }
  // A consumer has counted each of these, or the broker was about to write the acknowledgement when it was killed.
  const explained = run.counts.reduce((sum, { outOfTime }) => sum + outOfTime, 0) + run.brokerKills
  const unforced = repeats.outOfTime + repeats.brokerKilled
  expect(unforced, `done by a member that lives, and delivered again; ${what}`).toBeLessThanOrEqual(explained)
  return repeats
}

function causeOf(run: PopRun, before: PopDelivery, again: PopDelivery): keyof Repeats {
  if (before.outcome === 'failed') return 'failed'
  const killedAt = run.killedAt.get(before.member)
  const unacknowledged = before.endedAt === undefined || (killedAt ?? 0) - before.endedAt <= UNACKNOWLEDGED_MS
  if (killedAt !== undefined && unacknowledged) {
    const earliest = before.beganAt + INVISIBLE_MS - WAITED_MAX_MS
    expect(again.beganAt, `${again.id} came while it was invisible`).toBeGreaterThanOrEqual(earliest)
    return 'killed'
  }
  return run.brokerKills > 0 ? 'brokerKilled' : 'outOfTime'
}

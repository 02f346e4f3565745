import { type Cause, duplicates } from './duplicates.js'
import { lossesAndPhantoms } from './losses.js'
import { overtakings } from './order.js'
import { overlaps } from './overlaps.js'
import type { Rules } from './rules.js'
import type { RunRecord } from './run-record.js'

/** What a run came to. */
export interface Verdict {
  /** In words, each beginning with its kind: `lost`, `phantom`, `forbidden`, `early`, `swapped`, `out of order`, `overlap`, `repeated`. */
  readonly faults: readonly string[]
  /** Deliveries of something delivered before, by what allowed them. */
  readonly repeated: ReadonlyMap<Cause, number>
  /** Two members at one queue while the broker's locks were forgotten. */
  readonly overlapsAllowed: number
  readonly sent: number
  /** To the groups, dead letters not among them. */
  readonly delivered: number
}

/** Holds the record of a run against what its mode promises. */
export function judge(record: RunRecord, rules: Rules): Verdict {
  const faults = lossesAndPhantoms(record, rules)
  const repeated = new Map<Cause, number>()
  let overlapsAllowed = 0
  for (const group of rules.groups) {
    if (rules.ordered) {
      const found = overlaps(record, group, rules)
      faults.push(...overtakings(record, group), ...found.faults)
      overlapsAllowed += found.allowed
    }
    const found = duplicates(record, group, rules)
    faults.push(...found.faults)
    for (const [cause, count] of found.explained) repeated.set(cause, (repeated.get(cause) ?? 0) + count)
  }
  const groups = new Set(rules.groups)
  const delivered = record.deliveries.filter(({ group }) => groups.has(group)).length
  return { faults, repeated, overlapsAllowed, sent: record.sent.size, delivered }
}

const FAULTS_TOLD_MAX = 12

/** Throws with the first faults, if there are any. `name` says which run it was and how to have it again. */
export function expectSound({ faults }: Verdict, name: string): void {
  if (faults.length === 0) return
  const told = faults.slice(0, FAULTS_TOLD_MAX).map((fault) => `  ${fault}`)
  throw new Error([`${name}: ${faults.length} faults`, ...told].join('\n'))
}

/** One line: how much there was, and what came again for which reason. */
export function summaryOf(verdicts: readonly Verdict[]): string {
  const repeated = new Map<Cause, number>()
  for (const verdict of verdicts)
    for (const [cause, count] of verdict.repeated) repeated.set(cause, (repeated.get(cause) ?? 0) + count)
  const sum = (count: (verdict: Verdict) => number) =>
    verdicts.reduce((total, each) => total + count(each), 0)
  const causes = [...repeated].map(([cause, count]) => `${cause} ${count}`).join(', ')
  const overlapping = sum(({ overlapsAllowed }) => overlapsAllowed)
  return [
    `${sum(({ sent }) => sent)} sent, ${sum(({ delivered }) => delivered)} delivered`,
    `again because: ${causes || 'none'}`,
    ...(overlapping > 0 ? [`${overlapping} overlaps after a restart of the broker`] : []),
  ].join('; ')
}

import { type Cause, duplicates } from './duplicates.js'
import { lossesAndPhantoms } from './losses.js'
import { overtakings } from './order.js'
import { overlaps } from './overlaps.js'
import type { Rules } from './rules.js'
import type { RunRecord } from './run-record.js'

/** The result of a run. */
export interface Verdict {
  /**
   * In words, each beginning with its kind: `lost`, `phantom`, `forbidden`, `early`, `swapped`, `out of order`,
   * `overlap`, `repeated`.
   */
  readonly faults: readonly string[]
  /** Repeated deliveries by the causes that allow them. */
  readonly repeated: ReadonlyMap<Cause, number>
  /** Two members at work on one queue after a restart of the broker, which forgets its locks. */
  readonly overlapsAllowed: number
  readonly sent: number
  /** To the groups, without dead letters. */
  readonly delivered: number
}

/** Compares the record of a run with the rules of its mode. */
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

const FAULTS_LISTED_MAX = 12

/** Throws with the first faults, if there are any. `name` says which run it was and how to repeat it. */
export function expectSound({ faults }: Verdict, name: string): void {
  if (faults.length === 0) return
  const listed = faults.slice(0, FAULTS_LISTED_MAX).map((fault) => `  ${fault}`)
  throw new Error([`${name}: ${faults.length} faults`, ...listed].join('\n'))
}

/** One line: how many messages there were, and how many were delivered again for which cause. */
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

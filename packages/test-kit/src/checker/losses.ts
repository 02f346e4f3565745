import type { Rules } from './rules.js'
import type { Fate } from './run-events.js'
import type { Delivery, RunRecord, Sent } from './run-record.js'

/** Finds messages that were not delivered and should have been, and deliveries that should not have happened. */
export function lossesAndPhantoms(record: RunRecord, rules: Rules): string[] {
  const faults: string[] = []
  const consumed = consumedBy(record, rules)
  const { deadLetters } = rules
  const groups = deadLetters === undefined ? rules.groups : [...rules.groups, deadLetters]
  for (const sent of record.sent.values()) {
    for (const group of groups) {
      if (fateIn(sent, group, rules) !== 'expected' || consumed.get(group)?.has(sent.id)) continue
      faults.push(`lost: ${sent.id} never consumed in ${group}`)
    }
  }
  for (const delivery of record.deliveries) faults.push(...faultsOf(delivery, record, rules))
  return [...faults, ...swaps(record)]
}

function consumedBy({ deliveries }: RunRecord, { broadcasting }: Rules): Map<string, Set<string>> {
  const consumed = new Map<string, Set<string>>()
  for (const { group, id, outcome } of deliveries) {
    if (outcome !== 'done' && !(broadcasting && outcome === 'failed')) continue
    const ids = consumed.get(group)
    if (ids) ids.add(id)
    else consumed.set(group, new Set([id]))
  }
  return consumed
}

function fateIn({ fate }: Sent, group: string, { deadLetters }: Rules): Fate {
  if (group === deadLetters) return fate === 'dead' ? 'expected' : 'forbidden'
  return fate === 'dead' ? 'possible' : fate
}

function faultsOf(delivery: Delivery, record: RunRecord, rules: Rules): string[] {
  const { id, group, member, began } = delivery
  const sent = record.sent.get(id)
  const where = `${id} at ${group}/${member}, ${delivery.queue}@${delivery.queueOffset}`
  if (!sent) return [`phantom: nobody sent ${where}`]
  if (fateIn(sent, group, rules) === 'forbidden') return [`forbidden: ${where} (${sent.fate})`]
  if (sent.notBefore !== undefined && began.time < sent.notBefore) {
    return [`early: ${where} by ${sent.notBefore - began.time} ms`]
  }
  return []
}

/** Finds queue offsets that held two messages: each holds the same one for ever. */
function swaps({ deliveries }: RunRecord): string[] {
  const idByOffset = new Map<string, string>()
  const faults: string[] = []
  for (const { queue, queueOffset, id } of deliveries) {
    const offset = `${queue}@${queueOffset}`
    const known = idByOffset.get(offset) ?? id
    if (known !== id) faults.push(`swapped: ${offset} held ${known} and then ${id}`)
    idByOffset.set(offset, id)
  }
  return faults
}

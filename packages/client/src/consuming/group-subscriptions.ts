import type { RocketeerError } from '@rocketeer/foundation'
import { clientErrors } from '../errors.js'

interface Member {
  readonly clientId: string
  /** What it subscribes, in an order of its own. */
  readonly subscribe: string
  readonly report: (problem: RocketeerError) => void
}

/** Members in this process by cluster and group: elsewhere only brokers know of them. */
const groups = new Map<string, Set<Member>>()

/**
 * Notes a member of a group and warns it, and the others in this process, when they subscribe differently: brokers keep
 * one subscription per group. Returns how to leave.
 */
export function joinGroup(nameservers: readonly string[], group: string, member: Member): () => void {
  const key = `${[...nameservers].sort().join(';')} ${group}`
  const members = groups.get(key) ?? new Set()
  groups.set(key, members.add(member))
  if ([...members].some((other) => other.subscribe !== member.subscribe)) {
    const named = [...members].map(({ clientId, subscribe }) => ({ clientId, subscribe }))
    for (const each of members) each.report(clientErrors.SUBSCRIPTIONS_DIFFER({ group, members: named }))
  }
  return () => {
    members.delete(member)
    if (members.size === 0 && groups.get(key) === members) groups.delete(key)
  }
}

import type { RocketeerError } from '@rocketeer/foundation'
import { clientErrors } from '../errors.js'

interface Member {
  readonly clientId: string
  /** Its subscriptions as a text that is the same for the same subscriptions. */
  readonly subscribe: string
  readonly report: (problem: RocketeerError) => void
}

/** Members in this process by cluster and group; only brokers know those in other processes. */
const groups = new Map<string, Set<Member>>()

/**
 * Registers a member of a group. When the members in this process subscribe differently, all of them are warned:
 * brokers keep one subscription per group. Returns a function that leaves the group.
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

import { clientErrors } from './errors.js'

/** The open clients of this process: their nameservers by client id. */
const open = new Map<string, (readonly string[])[]>()

/**
 * Notes that a client of this process is open. Returns a function for its end. Throws `CLIENT_ID_IN_USE` when there is
 * one with the same id that has a nameserver in common, since brokers would take both for one client.
 */
export function claimClientId(clientId: string, nameservers: readonly string[]): () => void {
  const others = open.get(clientId) ?? []
  const shared = others.some((other) => other.some((address) => nameservers.includes(address)))
  if (shared) throw clientErrors.CLIENT_ID_IN_USE({ clientId, nameservers: [...nameservers] })
  open.set(clientId, [...others, nameservers])
  return () => {
    const left = (open.get(clientId) ?? []).filter((other) => other !== nameservers)
    if (left.length > 0) open.set(clientId, left)
    else open.delete(clientId)
  }
}

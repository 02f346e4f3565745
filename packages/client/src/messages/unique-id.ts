import { networkInterfaces } from 'node:os'
import { systemClock } from '@rocketeer/foundation'
import { clientMessageIds } from '@rocketeer/protocol'

/** The first IPv4 address other machines may know us by, else loopback. */
export function ownAddress(): string {
  for (const addresses of Object.values(networkInterfaces())) {
    const outer = addresses?.find((address) => address.family === 'IPv4' && !address.internal)
    if (outer) return outer.address
  }
  return '127.0.0.1'
}

/**
 * Makes a unique id for a message, 32 hex digits, for those who note a message before they send it. There is one sequence
 * for the whole process, so that two clients in it never give the same id.
 */
export const createMessageId: () => string = clientMessageIds({
  clock: systemClock,
  address: Buffer.from(ownAddress().split('.').map(Number)),
  processId: process.pid,
})

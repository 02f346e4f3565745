import { randomBytes } from 'node:crypto'
import { assert, type Clock } from '@rocketeer/foundation'

/**
 * Makes the unique ids clients give their messages (property UNIQ_KEY), 32 or 56 upper-case hex digits:
 *
 *     | ip 4 or 16 | process id 2 | instance 4 | milliseconds since the month began 4 | counter 2 |
 *
 * Apache: MessageClientIDSetter.
 */
export function clientMessageIds(options: {
  readonly clock: Clock
  /** The client's address, 4 or 16 bytes. */
  readonly address: Buffer
  readonly processId: number
  /** 4 bytes, random unless given. Distinguishes clients with equal process ids, as in containers. */
  readonly instance?: Buffer
}): () => string {
  const { clock, address, processId, instance = randomBytes(4) } = options
  assert(address.length === 4 || address.length === 16, 'an address has 4 or 16 bytes')
  assert(instance.length === 4, 'the instance has 4 bytes')
  const prefix = (
    address.toString('hex') +
    hex(processId & 0xffff, 4) +
    instance.toString('hex')
  ).toUpperCase()
  let monthStart = 0
  let nextMonthStart = 0
  let counter = 0
  return () => {
    const now = clock.now()
    if (now >= nextMonthStart || now < monthStart) [monthStart, nextMonthStart] = monthOf(now)
    const id = prefix + hex(now - monthStart, 8) + hex(counter, 4)
    counter = (counter + 1) & 0xffff
    return id
  }
}

/** Start of the month of `now` and of the next one, in local time as in Java. */
function monthOf(now: number): [number, number] {
  const date = new Date(now)
  return [
    new Date(date.getFullYear(), date.getMonth(), 1).getTime(),
    new Date(date.getFullYear(), date.getMonth() + 1, 1).getTime(),
  ]
}

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0')
}

import { parseOptions, z } from '@rocketeer/foundation'
import { clientErrors } from '../errors.js'
import { compareText, type MessageQueue, queueKey } from '../routing/message-queue.js'
import { type Allocate, type AllocationName, allocations } from './allocation.js'

/** What `allocateByMachineRoom` takes. */
export interface MachineRoomOptions {
  /** Names of machine rooms: what stands before the `@` in the names of their brokers. */
  rooms: string[]
}

const roomsSchema = z.strictObject({
  rooms: z
    .array(
      z
        .string()
        .min(1)
        .regex(/^[^@]*$/, 'a room has no "@"'),
    )
    .min(1),
})

/**
 * Divides the queues of these machine rooms among all members, and leaves the others unread. A broker named
 * `room@broker` is in `room`. All members must name the same rooms. Throws `OPTION_INVALID`. Apache:
 * AllocateMessageQueueByMachineRoom.
 */
export function allocateByMachineRoom(options: MachineRoomOptions): Allocate {
  const rooms = new Set(parseOptions(roomsSchema, options, 'allocateByMachineRoom').rooms)
  const isIn = ({ brokerName }: MessageQueue) => {
    // Java's `split` drops empty parts at the end.
    const [room, ...rest] = brokerName.replace(/@+$/, '').split('@')
    return rest.length === 1 && rooms.has(room!)
  }
  return (queues, clientIds, clientId, group) => {
    return allocateBlocks(queues.filter(isIn), clientIds, clientId, group)
  }
}

/** Consecutive queues for each member; those left over at the end of the list go one each to the first members. */
const allocateBlocks: Allocate = (queues, clientIds, clientId) => {
  const index = clientIds.indexOf(clientId)
  if (index < 0) return []
  const share = Math.floor(queues.length / clientIds.length)
  const left = queues.slice(share * clientIds.length)
  return [...queues.slice(index * share, (index + 1) * share), ...left.slice(index, index + 1)]
}

/** What `allocateNearby` takes. */
export interface NearbyOptions {
  /** The machine room a queue's broker is in; never an empty text. */
  roomOfQueue: (queue: MessageQueue) => string
  /** The machine room a member is in, by its client id: `connect({ clientId })` chooses ours. */
  roomOfClient: (clientId: string) => string
  /** How the queues of a room are divided among its members, `'average'` by default. */
  within?: AllocationName | Allocate | undefined
}

const nearbySchema = z.strictObject({
  roomOfQueue: z.custom<(queue: MessageQueue) => string>((value) => typeof value === 'function', {
    message: 'a function is needed',
  }),
  roomOfClient: z.custom<(clientId: string) => string>((value) => typeof value === 'function', {
    message: 'a function is needed',
  }),
  within: z
    .union([
      z.enum(['average', 'circle', 'consistent-hash']),
      z.custom<Allocate>((value) => typeof value === 'function'),
    ])
    .default('average'),
})

/**
 * Gives queues to members in the same machine room; the queues of a room without members are shared by all. All members
 * must place queues and clients in the same rooms. Throws `OPTION_INVALID`; dividing throws `MACHINE_ROOM_UNKNOWN`.
 * Apache: AllocateMachineRoomNearby.
 */
export function allocateNearby(options: NearbyOptions): Allocate {
  const config = parseOptions(nearbySchema, options, 'allocateNearby')
  const within = typeof config.within === 'function' ? config.within : allocations[config.within]
  return (queues, clientIds, clientId, group) => {
    if (!clientIds.includes(clientId)) return []
    const queuesByRoom = byRoom(queues, config.roomOfQueue, queueKey)
    const clientsByRoom = byRoom(clientIds, config.roomOfClient, (id) => `the client ${id}`)
    const own = config.roomOfClient(clientId)
    const near = within(queuesByRoom.get(own) ?? [], clientsByRoom.get(own)!, clientId, group)
    const deserted = [...queuesByRoom].filter(([room]) => !clientsByRoom.has(room))
    const far = deserted.sort(([a], [b]) => compareText(a, b))
    return [...near, ...far.flatMap(([, shared]) => within(shared, clientIds, clientId, group))]
  }
}

function byRoom<Type>(
  all: readonly Type[],
  roomOf: (each: Type) => string,
  describe: (each: Type) => string,
): Map<string, Type[]> {
  const rooms = new Map<string, Type[]>()
  for (const each of all) {
    const room = roomOf(each)
    if (typeof room !== 'string' || room === '')
      throw clientErrors.MACHINE_ROOM_UNKNOWN({ what: describe(each) })
    const present = rooms.get(room)
    if (present) present.push(each)
    else rooms.set(room, [each])
  }
  return rooms
}

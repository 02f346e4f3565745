import { createHash } from 'node:crypto'
import type { MessageQueue } from '@rocketeer/protocol/bodies'

/** Computes the queues of one member of a group from nothing but its arguments; `queues` and `clientIds` are sorted. */
export type Allocate = (
  queues: readonly MessageQueue[],
  clientIds: readonly string[],
  clientId: string,
) => MessageQueue[]

/** Apache: AllocateMessageQueueConsistentHash's default. */
const VIRTUAL_NODES = 10

const average: Allocate = (queues, clientIds, clientId) => {
  const index = clientIds.indexOf(clientId)
  if (index < 0) return []
  const rest = queues.length % clientIds.length
  const whole = Math.floor(queues.length / clientIds.length)
  const start = index * whole + Math.min(index, rest)
  return queues.slice(start, start + whole + (index < rest ? 1 : 0))
}

const circle: Allocate = (queues, clientIds, clientId) => {
  const index = clientIds.indexOf(clientId)
  if (index < 0) return []
  return queues.filter((_, position) => position % clientIds.length === index)
}

/** A queue belongs to the first member at or behind it on a ring of hashes. */
const consistentHash: Allocate = (queues, clientIds, clientId) => {
  const ring = clientIds
    .flatMap((member) =>
      Array.from({ length: VIRTUAL_NODES }, (_, replica) => ({
        hash: hashOf(`${member}-${replica}`),
        member,
      })),
    )
    .sort((a, b) => a.hash - b.hash)
  return queues.filter(({ topic, brokerName, queueId }) => {
    const hash = hashOf(`MessageQueue [topic=${topic}, brokerName=${brokerName}, queueId=${queueId}]`)
    return (ring.find((node) => node.hash >= hash) ?? ring[0])?.member === clientId
  })
}

/**
 * By the names clients give; the first two are those Apache's broker knows. The others of Apache's client depend on
 * options that only the client has. Apache: QueryAssignmentProcessor.
 */
export const allocations: ReadonlyMap<string, Allocate> = new Map([
  ['AVG', average],
  ['AVG_BY_CIRCLE', circle],
  ['CONSISTENT_HASH', consistentHash],
])

export interface PopShares {
  readonly queues: readonly MessageQueue[]
  readonly clientIds: readonly string[]
  /** Whose queues are asked for. */
  readonly clientId: string
  readonly shareWith: number
}

/**
 * Queues of a group that pops. Without a share every member takes from every queue of every broker (queue id -1); with one,
 * each works on its own queues and on those of the next `shareWith` members, so that a slow member holds nothing up.
 * Apache: QueryAssignmentProcessor.allocate4Pop.
 */
export function allocateForPop(
  allocate: Allocate,
  { queues, clientIds, clientId, shareWith }: PopShares,
): MessageQueue[] {
  if (shareWith <= 0 || shareWith >= clientIds.length - 1) {
    const brokerNames = new Set(queues.map(({ brokerName }) => brokerName))
    return [...brokerNames].map((brokerName) => ({ topic: queues[0]!.topic, brokerName, queueId: -1 }))
  }
  const index = clientIds.indexOf(clientId)
  if (index < 0) return []
  if (clientIds.length > queues.length) return [queues[index % queues.length]!]
  const members = Array.from(
    { length: shareWith + 1 },
    (_, next) => clientIds[(index + next) % clientIds.length]!,
  )
  return [...new Set(members.flatMap((member) => allocate(queues, clientIds, member)))]
}

/** The first 4 bytes of MD5, as Apache's MD5Hash. */
function hashOf(key: string): number {
  return createHash('md5').update(key).digest().readUInt32BE(0)
}

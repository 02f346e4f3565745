import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { MessageQueue } from '../routing/message-queue.js'
import { type Allocate, type AllocationName, allocations } from './allocation.js'
import { allocateByConfig } from './allocation-by-config.js'
import { allocateByMachineRoom, allocateNearby } from './allocation-by-room.js'

/** What Apache's own strategies answered. Made by interop/java-golden. */
interface Case {
  strategy: AllocationName | 'machine-room' | 'nearby' | 'config'
  /** `broker:id`, sorted. */
  queues: string[]
  clients: string[]
  rooms?: string[]
  within?: AllocationName
  listed?: string[]
  shares: Record<string, string[]>
}

const { cases }: { cases: Case[] } = JSON.parse(
  readFileSync(new URL('../../golden/allocations-apache-5.5.0.golden.json', import.meta.url), 'utf8'),
)

const queueOf = (text: string): MessageQueue => {
  const [brokerName, queueId] = text.split(':')
  return { topic: 'orders', brokerName: brokerName!, queueId: Number(queueId) }
}
const textOf = ({ brokerName, queueId }: MessageQueue) => `${brokerName}:${queueId}`
const roomOf = (name: string) => name.split('-')[0]!

function allocateOf({ strategy, rooms, within, listed }: Case): Allocate {
  switch (strategy) {
    case 'machine-room':
      return allocateByMachineRoom({ rooms: rooms! })
    case 'nearby':
      return allocateNearby({
        roomOfQueue: (queue) => roomOf(queue.brokerName),
        roomOfClient: roomOf,
        within: within!,
      })
    case 'config':
      return allocateByConfig({ queues: listed!.map(queueOf) })
    default:
      return allocations[strategy]
  }
}

describe("Apache's strategies", () => {
  it.each(cases.map((each, index) => ({ index, ...each })))(
    'divide as ours: $index $strategy $within',
    (each) => {
      const allocate = allocateOf(each)
      const queues = each.queues.map(queueOf)
      for (const client of each.clients) {
        expect(allocate(queues, each.clients, client, 'billing').map(textOf)).toEqual(each.shares[client])
      }
    },
  )

  it('are all in the golden file, in cases where members get something', () => {
    const strategies = new Set(
      cases.map(({ strategy, within }) => (within ? `${strategy} ${within}` : strategy)),
    )
    expect([...strategies].sort()).toEqual([
      'average',
      'circle',
      'config',
      'consistent-hash',
      'machine-room',
      'nearby average',
      'nearby circle',
      'nearby consistent-hash',
    ])
    const shared = cases.filter(
      ({ shares }) => Object.values(shares).filter((share) => share.length > 0).length > 1,
    )
    expect(new Set(shared.map(({ strategy }) => strategy)).size).toBe(6)
  })
})

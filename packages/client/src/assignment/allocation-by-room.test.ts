import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareQueues, compareText, type MessageQueue, queueKey } from '../routing/message-queue.js'
import type { Allocate } from './allocation.js'
import { allocateByMachineRoom, allocateNearby } from './allocation-by-room.js'

const ROOMS = ['bj', 'hz', 'sh']

/** Queues of brokers in rooms, sorted as every member sorts them. */
const queues = (separator: string) =>
  fc
    .uniqueArray(
      fc.record({
        room: fc.constantFrom(...ROOMS),
        broker: fc.constantFrom('a', 'b', 'c'),
        queueId: fc.nat(7),
      }),
      { maxLength: 40, selector: ({ room, broker, queueId }) => `${room} ${broker} ${queueId}` },
    )
    .map((places): MessageQueue[] =>
      places
        .map(({ room, broker, queueId }) => ({
          topic: 't',
          brokerName: `${room}${separator}${broker}`,
          queueId,
        }))
        .sort(compareQueues),
    )

const members = fc
  .uniqueArray(
    fc.tuple(fc.constantFrom(...ROOMS), fc.nat(99)).map(([room, id]) => `${room}-${id}`),
    { minLength: 1, maxLength: 12 },
  )
  .map((clients) => clients.sort(compareText))

const roomOf = (name: string) => name.split(/[@-]/)[0]!
const keysOf = (each: readonly MessageQueue[]) => each.map(queueKey).sort()
const shares = (allocate: Allocate, all: MessageQueue[], clients: string[]) =>
  clients.map((client) => ({ client, share: allocate(all, clients, client, 'g') }))

describe('allocateByMachineRoom', () => {
  it('gives each queue of its rooms to exactly one member, and nobody one of another room', () => {
    const rooms = fc.subarray(ROOMS, { minLength: 1 })
    fc.assert(
      fc.property(queues('@'), members, rooms, (all, clients, wanted) => {
        const allocate = allocateByMachineRoom({ rooms: wanted })
        const given = shares(allocate, all, clients)
        const readable = all.filter(({ brokerName }) => wanted.includes(roomOf(brokerName)))
        expect(keysOf(given.flatMap(({ share }) => share))).toEqual(keysOf(readable))
        const sizes = given.map(({ share }) => share.length)
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
        expect(allocate(all, clients, 'stranger', 'g')).toEqual([])
      }),
    )
  })

  it.each([{}, { rooms: [] }, { rooms: [''] }, { rooms: ['a@b'] }, { rooms: 'hz' }, { room: ['hz'] }])(
    'refuses %j',
    (options) => {
      expect(() => allocateByMachineRoom(options as { rooms: string[] })).toThrow(
        expect.objectContaining({ code: 'OPTION_INVALID' }),
      )
    },
  )
})

describe('allocateNearby', () => {
  const places = { roomOfQueue: ({ brokerName }: MessageQueue) => roomOf(brokerName), roomOfClient: roomOf }

  it.each(['average', 'circle', 'consistent-hash'] as const)(
    'gives each queue to exactly one member, in its own room if there is one (%s)',
    (within) => {
      fc.assert(
        fc.property(queues('-'), members, (all, clients) => {
          const allocate = allocateNearby({ ...places, within })
          const given = shares(allocate, all, clients)
          expect(keysOf(given.flatMap(({ share }) => share))).toEqual(keysOf(all))
          const inhabited = new Set(clients.map(roomOf))
          for (const { client, share } of given) {
            const foreign = share.filter(({ brokerName }) => roomOf(brokerName) !== roomOf(client))
            expect(foreign.filter(({ brokerName }) => inhabited.has(roomOf(brokerName)))).toEqual([])
          }
          expect(allocate(all, clients, 'hz-stranger', 'g')).toEqual([])
        }),
        { numRuns: 50 },
      )
    },
  )

  it('divides within a room by a function, too', () => {
    const all = [{ topic: 't', brokerName: 'hz-a', queueId: 0 }]
    const none = allocateNearby({ ...places, within: () => [] })
    expect(none(all, ['hz-1'], 'hz-1', 'g')).toEqual([])
  })

  it('divides nothing where a room is not known', () => {
    const all = [{ topic: 't', brokerName: 'hz-a', queueId: 0 }]
    const failure = expect.objectContaining({ code: 'MACHINE_ROOM_UNKNOWN', retryable: true })
    for (const unknown of ['', undefined, null]) {
      const room = () => unknown as string
      const noQueueRoom = allocateNearby({ ...places, roomOfQueue: room })
      expect(() => noQueueRoom(all, ['hz-1'], 'hz-1', 'g')).toThrow(failure)
      const noClientRoom = allocateNearby({ ...places, roomOfClient: room })
      expect(() => noClientRoom(all, ['hz-1'], 'hz-1', 'g')).toThrow(failure)
    }
  })

  it.each([{}, { ...places, roomOfQueue: 'hz' }, { ...places, within: 'nearest' }, { ...places, rooms: [] }])(
    'refuses %j',
    (options) => {
      expect(() => allocateNearby(options as typeof places)).toThrow(
        expect.objectContaining({ code: 'OPTION_INVALID' }),
      )
    },
  )
})

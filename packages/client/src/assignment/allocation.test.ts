import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareText, type MessageQueue, queueKey } from '../routing/message-queue.js'
import { type Allocate, allocateAverage, allocateCircle, allocateConsistentHash } from './allocation.js'

const queues = (count: number): MessageQueue[] =>
  Array.from({ length: count }, (_, queueId) => ({ topic: 't', brokerName: 'b', queueId }))
const ids = (allocate: Allocate, count: number, clients: string[], client: string) =>
  allocate(queues(count), clients, client, 'g').map((queue) => queue.queueId)

describe('allocation', () => {
  it('average gives neighbours, the first members one more', () => {
    const clients = ['a', 'b', 'c']
    expect(clients.map((client) => ids(allocateAverage, 8, clients, client))).toEqual([
      [0, 1, 2],
      [3, 4, 5],
      [6, 7],
    ])
  })

  it('circle deals out in turn', () => {
    const clients = ['a', 'b', 'c']
    expect(clients.map((client) => ids(allocateCircle, 8, clients, client))).toEqual([
      [0, 3, 6],
      [1, 4, 7],
      [2, 5],
    ])
  })

  it('consistent hash divides as Apache does', () => {
    // From AllocateMessageQueueConsistentHash 5.5.0 with these queues and clients.
    const clients = ['127.0.0.1@1', '127.0.0.1@2', '127.0.0.1@3']
    const shares = clients.map((client) => ids(allocateConsistentHash, 16, clients, client))
    expect(shares).toEqual([
      [1, 3, 4, 5, 11],
      [0, 2, 9, 10, 12, 14],
      [6, 7, 8, 13, 15],
    ])
  })

  it('consistent hash moves only the queues of who left', () => {
    const clients = ['a', 'b', 'c', 'd']
    const rest = clients.filter((client) => client !== 'c')
    for (const client of rest) {
      const before = ids(allocateConsistentHash, 64, clients, client)
      expect(ids(allocateConsistentHash, 64, rest, client)).toEqual(expect.arrayContaining(before))
    }
  })

  it.each([
    ['average', allocateAverage],
    ['circle', allocateCircle],
    ['consistent hash', allocateConsistentHash],
  ])('%s gives each queue to exactly one member, and none to a stranger', (_name, allocate) => {
    const members = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(fc.nat(64), members, (count, unsorted) => {
        const clients = [...unsorted].sort(compareText)
        const given = clients.flatMap((client) => allocate(queues(count), clients, client, 'g')).map(queueKey)
        expect(given.sort()).toEqual(queues(count).map(queueKey).sort())
        expect(allocate(queues(count), clients, 'stranger to all of them', 'g')).toEqual([])
      }),
    )
  })
})

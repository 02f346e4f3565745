import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type MessageQueue, queueKey } from '../routing/message-queue.js'
import { allocateByConfig } from './allocation-by-config.js'

const queue = (queueId: number, topic = 't'): MessageQueue => ({ topic, brokerName: 'b', queueId })
const queues = (count: number, topic = 't') => Array.from({ length: count }, (_, id) => queue(id, topic))
const CLIENTS = ['a', 'b']

describe('allocateByConfig', () => {
  it('gives each queue to the one member that lists it', () => {
    const owners = fc.array(fc.nat(4), { minLength: 5, maxLength: 40 })
    fc.assert(
      fc.property(owners, (ownerOf) => {
        const all = queues(ownerOf.length)
        const shares = [0, 1, 2, 3, 4].map((owner) => {
          const listed = all.filter(({ queueId }) => ownerOf[queueId] === owner)
          return listed.length > 0 ? allocateByConfig({ queues: listed })(all, CLIENTS, 'a', 'g') : []
        })
        expect(shares.flat().map(queueKey).sort()).toEqual(all.map(queueKey).sort())
        for (const [owner, share] of shares.entries()) {
          expect(share.every(({ queueId }) => ownerOf[queueId] === owner)).toBe(true)
        }
      }),
    )
  })

  it('gives no queue that is not there, nor one of another topic', () => {
    const allocate = allocateByConfig({ queues: [queue(0), queue(9), queue(1, 'other')] })
    expect(allocate(queues(4), CLIENTS, 'a', 'g')).toEqual([queue(0)])
    expect(allocate(queues(4, 'other'), CLIENTS, 'a', 'g')).toEqual([queue(1, 'other')])
    expect(allocate(queues(4, 'third'), CLIENTS, 'a', 'g')).toEqual([])
    expect(allocate([], CLIENTS, 'a', 'g')).toEqual([])
  })

  it('leaves retries to all members, unless they are listed', () => {
    const retries = queues(2, '%RETRY%g')
    const allocate = allocateByConfig({ queues: [queue(0)] })
    expect(CLIENTS.map((client) => allocate(retries, CLIENTS, client, 'g'))).toEqual([
      [retries[0]],
      [retries[1]],
    ])
    const listing = allocateByConfig({ queues: [queue(0), retries[1]!] })
    expect(listing(retries, CLIENTS, 'a', 'g')).toEqual([retries[1]])
  })

  it.each([
    {},
    { queues: [] },
    { queues: [{ topic: 't', brokerName: 'b', queueId: -1 }] },
    { queues: ['b:0'] },
  ])('refuses %j', (options) => {
    expect(() => allocateByConfig(options as { queues: MessageQueue[] })).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    )
  })
})

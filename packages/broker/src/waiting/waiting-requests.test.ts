import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { ManualClock } from '@rocketeer/foundation'
import { beforeEach, describe, expect, it } from 'vitest'
import { ANY_QUEUE, WaitingRequests } from './waiting-requests.js'

class TestPeer {
  closed = false
  readonly #listeners = new Set<() => void>()

  get listeners(): number {
    return this.#listeners.size
  }

  onClose(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  close(): void {
    this.closed = true
    for (const listener of this.#listeners) listener()
  }
}

let clock: ManualClock
let woken: string[]
let gone: string[]
let room: WaitingRequests<ReturnType<typeof request>>

beforeEach(() => {
  clock = new ManualClock(0)
  woken = []
  gone = []
  room = new WaitingRequests({ clock, onPeerGone: ({ name }) => gone.push(name) })
})

function request(
  name: string,
  at: { queueId?: number; group?: string; peer?: TestPeer; deadline?: number } = {},
) {
  return {
    name,
    topic: 'orders',
    group: at.group ?? 'readers',
    queueId: at.queueId ?? 0,
    peer: at.peer ?? new TestPeer(),
    deadline: at.deadline ?? 1_000,
    wake: () => {
      woken.push(name)
    },
  }
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
}

const endOfTurn = () => new Promise((resolve) => setImmediate(resolve))

describe('WaitingRequests', () => {
  it('keeps requests by topic, queue and group, oldest first', () => {
    const [a, b, c] = [request('a'), request('b'), request('c', { queueId: ANY_QUEUE, group: 'others' })]
    for (const each of [a, b, c]) room.add(each)
    expect(room.size).toBe(3)
    expect(room.sizeAt(a)).toBe(2)
    expect(room.sizeAt({ topic: 'orders', group: 'readers', queueId: 7 })).toBe(0)
    expect([...room.queuesOf('orders')!.get(0)!.get('readers')!]).toEqual([a, b])
    expect([...room.queuesOf('orders')!.get(ANY_QUEUE)!.get('others')!]).toEqual([c])
    expect(room.queuesOf('payments')).toBeUndefined()
  })

  it('wakes at the end of the turn, each once, after the promise jobs of the turn', async () => {
    const [a, b] = [request('a'), request('b')]
    room.add(a)
    room.add(b)
    room.wake(a)
    room.wake(a)
    Promise.resolve().then(() => {
      woken.push('job')
      room.wake(b)
    })
    expect(room.size).toBe(1)
    expect(woken).toEqual([])
    await endOfTurn()
    expect(woken).toEqual(['job', 'a', 'b'])
    room.wake(a)
    await endOfTurn()
    expect(woken).toHaveLength(3)
  })

  it('wakes each when its time is up, those close together at once, and leaves nothing behind', async () => {
    for (const deadline of [3_000, 1_000, 1_040, 2_000]) room.add(request(String(deadline), { deadline }))
    await clock.advance(1_000)
    expect(woken).toEqual(['1000'])
    await clock.advance(50)
    expect(woken).toEqual(['1000', '1040'])
    await clock.advance(2_000)
    expect(woken).toEqual(['1000', '1040', '2000', '3000'])
    expect(clock.pending).toBe(0)
    expect(room.queuesOf('orders')).toBeUndefined()
  })

  it('drops empty maps at the next deadline', async () => {
    room.add(request('late', { deadline: 500, queueId: 1 }))
    const early = request('early')
    room.add(early)
    room.wake(early)
    expect(room.queuesOf('orders')!.has(0)).toBe(true)
    await clock.advance(500)
    expect(room.queuesOf('orders')).toBeUndefined()
    expect(clock.pending).toBe(0)
  })

  it('forgets the requests of a peer that goes, with one listener for all of them', async () => {
    const peer = new TestPeer()
    room.add(request('a', { peer }))
    room.add(request('b', { peer, queueId: 1 }))
    room.add(request('c'))
    expect(peer.listeners).toBe(1)
    peer.close()
    expect(room.size).toBe(1)
    room.add(request('d', { peer }))
    expect(room.size).toBe(1)
    await clock.advance(2_000)
    expect(woken).toEqual(['c'])
    expect(gone).toEqual([])
  })

  it('keeps nothing of a request that was woken, however long its peer stays', async () => {
    const peer = new TestPeer()
    const waited = (name: string) => {
      const one = request(name, { peer })
      room.add(one)
      room.wake(one)
      return new WeakRef(one)
    }
    const references = ['a', 'b', 'c'].map(waited)
    await endOfTurn()
    expect(woken).toEqual(['a', 'b', 'c'])
    collectGarbage()
    expect(references.map((reference) => reference.deref()?.name)).toEqual([undefined, undefined, undefined])
  })

  it('names the request whose peer went after it was woken', async () => {
    const peer = new TestPeer()
    const a = request('a', { peer })
    room.add(a)
    room.wake(a)
    peer.close()
    await endOfTurn()
    expect(woken).toEqual([])
    expect(gone).toEqual(['a'])
  })

  it('forgets its requests and its timer when it is closed', () => {
    room.add(request('a'))
    room.close()
    expect(room.size).toBe(0)
    expect(clock.pending).toBe(0)
  })

  it('wakes nobody once it is closed, not even in the turn of the arrival', async () => {
    const a = request('a')
    room.add(a)
    room.wake(a)
    room.close()
    await endOfTurn()
    expect(woken).toEqual([])
    expect(gone).toEqual([])
  })
})

import { ManualClock } from '@rocketeer/foundation'
import type { ArrivalListener } from '@rocketeer/store'
import { beforeEach, describe, expect, it } from 'vitest'
import { parseBrokerOptions } from '../conf/parse-broker-options.js'
import { LiveConfig } from '../options/live-config.js'
import { type WaitingPull, WaitingPulls } from './waiting-pulls.js'

/** One queue that announces what arrives, as the store does. */
class TestQueue {
  end = 0
  readonly #listeners = new Set<ArrivalListener>()

  get listeners(): number {
    return this.#listeners.size
  }

  maxOffset(): number {
    return this.end
  }

  onArrival(listener: ArrivalListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  arrive(tagsCode = 0, topic = 'orders', queueId = 0): void {
    this.end++
    for (const listener of this.#listeners) listener(topic, queueId, this.end, tagsCode, 0)
  }
}

const WANTED = 7

let store: TestQueue
let pulls: WaitingPulls
let woken: WaitingPull[]

beforeEach(() => {
  store = new TestQueue()
  woken = []
  const config = new LiveConfig(parseBrokerOptions({ directory: '.', waitingPullsMax: 3 }))
  pulls = new WaitingPulls({ store, clock: new ManualClock(0), config })
})

function wait(options: Partial<WaitingPull> = {}): boolean {
  const pull: WaitingPull = {
    topic: 'orders',
    queueId: 0,
    group: 'readers',
    peer: { closed: false, onClose: () => () => {} },
    deadline: 1_000,
    offset: 0,
    accepts: undefined,
    wake: () => woken.push(pull),
    ...options,
  }
  return pulls.add(pull)
}

const endOfTurn = () => new Promise((resolve) => setImmediate(resolve))

describe('WaitingPulls', () => {
  it('wakes the pulls of every group that wait for this queue', async () => {
    wait()
    wait({ group: 'others' })
    wait({ queueId: 1 })
    store.arrive()
    await endOfTurn()
    expect(woken.map(({ group }) => group)).toEqual(['readers', 'others'])
    expect(pulls.size).toBe(1)
  })

  it('wakes at once what had arrived while the pull was looking', async () => {
    store.arrive()
    wait()
    await endOfTurn()
    expect(woken).toHaveLength(1)
  })

  it('moves a pull past what it does not accept, so that it never lags behind', async () => {
    wait({ accepts: (tagsCode) => tagsCode === WANTED })
    store.arrive(1)
    store.arrive(2)
    await endOfTurn()
    expect(woken).toEqual([])
    store.arrive(WANTED)
    await endOfTurn()
    expect(woken).toMatchObject([{ offset: 2 }])
  })

  it('does not wake a pull for messages before its offset', async () => {
    store.end = 5
    wait({ offset: 7 })
    store.arrive()
    store.arrive()
    await endOfTurn()
    expect(woken).toEqual([])
    store.arrive()
    await endOfTurn()
    expect(woken).toHaveLength(1)
  })

  it('refuses more than waitingPullsMax', () => {
    expect([wait(), wait(), wait(), wait()]).toEqual([true, true, true, false])
  })

  it('wakes a queue on request, whatever arrived', async () => {
    wait({ offset: 3 })
    wait({ queueId: 1 })
    pulls.wakeQueue('orders', 0)
    await endOfTurn()
    expect(woken).toMatchObject([{ queueId: 0 }])
  })

  it('listens to the store until it is closed', () => {
    wait()
    expect(store.listeners).toBe(1)
    pulls.close()
    expect([store.listeners, pulls.size]).toEqual([0, 0])
  })
})

import { ManualClock } from '@rocketeer/foundation'
import type { MessageStore } from '@rocketeer/store'
import { beforeEach, describe, expect, it } from 'vitest'
import { parseBrokerOptions } from '../conf/parse-broker-options.js'
import { LiveConfig } from '../options/live-config.js'
import { ANY_QUEUE } from '../waiting/waiting-requests.js'
import { type WaitingPop, WaitingPops } from './waiting-pops.js'

const WANTED = 7

let listening: boolean
let arrive: (topic: string, queueId: number, tagsCode?: number) => void
let pops: WaitingPops
let woken: string[]

beforeEach(() => {
  woken = []
  const onArrival: MessageStore['onArrival'] = (listener) => {
    arrive = (topic, queueId, tagsCode = 0) => listener(topic, queueId, 1, tagsCode, 0)
    listening = true
    return () => {
      listening = false
    }
  }
  const config = new LiveConfig(parseBrokerOptions({ directory: '.', waitingPopsPerQueueMax: 2 }))
  pops = new WaitingPops({ store: { onArrival }, clock: new ManualClock(0), config })
})

function wait(name: string, options: Partial<WaitingPop> = {}): boolean {
  return pops.add({
    topic: 'orders',
    group: 'readers',
    queueId: ANY_QUEUE,
    peer: { closed: false, onClose: () => () => {} },
    deadline: 1_000,
    accepts: undefined,
    wake: () => woken.push(name),
    ...options,
  })
}

const endOfTurn = () => new Promise((resolve) => setImmediate(resolve))

describe('WaitingPops', () => {
  it('wakes the oldest pop of each group for a message, whether it waits for the queue or for any', async () => {
    wait('first')
    wait('second')
    wait('of another group', { group: 'others' })
    wait('of the queue', { queueId: 3 })
    wait('of another queue', { queueId: 4 })
    arrive('orders', 3)
    await endOfTurn()
    expect(woken).toEqual(['first', 'of another group', 'of the queue'])
  })

  it('passes over pops that do not accept the tag', async () => {
    wait('first', { accepts: (tagsCode) => tagsCode !== WANTED })
    wait('second', { accepts: (tagsCode) => tagsCode === WANTED })
    arrive('orders', 0, WANTED)
    await endOfTurn()
    expect(woken).toEqual(['second'])
  })

  it.each(['%RETRY%readers_orders', '%RETRY%readers+orders'])('wakes for a message of %s', async (topic) => {
    wait('of the group', { queueId: 5 })
    wait('of another group', { group: 'others' })
    arrive(topic, 0)
    await endOfTurn()
    expect(woken).toEqual(['of the group'])
  })

  it('gives the message to the next one when a client has gone that was woken for it', async () => {
    const peer = { closed: false, onClose: () => () => {} }
    wait('first', { peer })
    wait('second')
    arrive('orders', 0)
    peer.closed = true
    await endOfTurn()
    expect(woken).toEqual(['second'])
  })

  it('refuses more than may wait for the same', () => {
    expect([wait('a'), wait('b'), wait('c'), wait('d', { queueId: 1 })]).toEqual([true, true, false, true])
    expect(pops.size).toBe(3)
  })

  it('listens to the store until it is closed', () => {
    wait('a')
    expect(listening).toBe(true)
    pops.close()
    expect([listening, pops.size]).toEqual([false, 0])
  })
})

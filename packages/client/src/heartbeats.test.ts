import { ManualClock } from '@rocketeer/foundation'
import { HeartbeatData } from '@rocketeer/protocol/commands'
import { beforeEach, describe, expect, it } from 'vitest'
import { Heartbeats } from './heartbeats.js'
import { type Problem, Problems } from './problems.js'
import type { Brokers } from './routing/brokers.js'
import type { RouteCache } from './routing/route-cache.js'

const INTERVAL_MS = 30_000
const master = { brokerName: 'a', brokerId: 0, address: 'a:1' }
const slave = { brokerName: 'a', brokerId: 1, address: 'a:2' }
const consumerData = {
  groupName: 'c',
  consumeType: 'CONSUME_PASSIVELY',
  messageModel: 'CLUSTERING',
  consumeFromWhere: 'CONSUME_FROM_LAST_OFFSET',
  subscriptionDataSet: [],
  unitMode: false,
}

describe('Heartbeats', () => {
  let clock: ManualClock
  let beats: { at: number; address: string; groups: string[] }[]
  let away: string | undefined
  let problems: Problem[]
  let heartbeats: Heartbeats
  /** Of the master's answers. */
  let fields: { keepsFailureHistory?: boolean }

  beforeEach(() => {
    clock = new ManualClock(0)
    beats = []
    away = undefined
    problems = []
    fields = {}
    const callAddress = async (
      { address }: typeof master,
      _: unknown,
      __: unknown,
      options: { body: Buffer },
    ) => {
      if (address === away) throw new Error('away')
      const { producerDataSet, consumerDataSet } = HeartbeatData.decode(options.body)
      const groups = [...producerDataSet, ...consumerDataSet].map(({ groupName }) => groupName)
      beats.push({ at: clock.now(), address, groups })
      return { fields: address === 'a:2' ? {} : fields }
    }
    heartbeats = new Heartbeats({
      clientId: 'id',
      brokers: { callAddress } as unknown as Brokers,
      routes: { brokers: () => [master, slave] } as unknown as RouteCache,
      clock,
      intervalMs: INTERVAL_MS,
      problems: new Problems((problem) => problems.push(problem)),
    })
  })

  it('sends nothing while there is no group', async () => {
    heartbeats.soon()
    await clock.advance(INTERVAL_MS)
    expect(beats).toEqual([])
  })

  it('tells masters of producers, in one round for all that joined, and then regularly', async () => {
    heartbeats.joinProducer('p')
    heartbeats.joinProducer('q')
    await clock.advance(INTERVAL_MS + 50)
    expect(beats.map(({ at, address, groups }) => [at, address, groups])).toEqual([
      [50, 'a:1', ['p', 'q']],
      [INTERVAL_MS + 50, 'a:1', ['p', 'q']],
    ])
  })

  it('tells slaves of consumers, too', async () => {
    heartbeats.joinConsumer('c', () => consumerData)
    await heartbeats.beat()
    expect(beats.map(({ address }) => address)).toEqual(['a:1', 'a:2'])
    heartbeats.leaveConsumer('c')
    await heartbeats.beat()
    expect(beats.length).toBe(2)
  })

  it('reports a broker that cannot be reached, and lets the others hear all the same', async () => {
    away = 'a:1'
    heartbeats.joinConsumer('c', () => consumerData)
    await heartbeats.beat()
    expect(beats.map(({ address }) => address)).toEqual(['a:2'])
    expect(problems).toMatchObject([{ source: { brokerName: 'a' } }])
  })

  it('knows what its brokers can by the last answer of their masters', async () => {
    heartbeats.joinConsumer('c', () => consumerData)
    const known: boolean[] = []
    for (const answer of [{}, { keepsFailureHistory: true }, {}]) {
      fields = answer
      await heartbeats.beat()
      known.push(heartbeats.keepsFailureHistory('a'))
    }
    expect(known).toEqual([false, true, false])
  })

  it('leaves a group with its last producer', () => {
    heartbeats.joinProducer('p')
    heartbeats.joinProducer('p')
    expect([heartbeats.leaveProducer('p'), heartbeats.leaveProducer('p')]).toEqual([false, true])
  })

  it('is silent after it is closed', async () => {
    heartbeats.joinProducer('p')
    heartbeats.close()
    await clock.advance(INTERVAL_MS)
    expect([beats, clock.pending]).toEqual([[], 0])
  })
})

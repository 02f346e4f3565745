import { ManualClock } from '@rocketeer/foundation'
import { ConsumerConnection } from '@rocketeer/protocol/commands'
import { beforeEach, describe, expect, it } from 'vitest'
import { Problems } from '../problems.js'
import type { Brokers } from '../routing/brokers.js'
import type { RouteCache } from '../routing/route-cache.js'
import { TwinWatch } from './twin-watch.js'

const SHARED = {
  code: 'CLIENT_ID_SHARED',
  details: { clientId: 'me', group: 'g', addresses: ['a:1', 'b:2'] },
}

describe('a watch for twins', () => {
  let clock: ManualClock
  let problems: unknown[]
  let listed: [clientId: string, clientAddr: string][]
  let lostConnectionAt: number
  let watch: TwinWatch

  beforeEach(() => {
    clock = new ManualClock(1_000_000)
    problems = []
    listed = [
      ['me', 'a:1'],
      ['other', 'c:3'],
    ]
    lostConnectionAt = Number.NEGATIVE_INFINITY
    const connectionSet = () =>
      listed.map(([clientId, clientAddr]) => ({ clientId, clientAddr, language: 'NODE_JS', version: 1 }))
    const body = () =>
      ConsumerConnection.encode({
        connectionSet: connectionSet(),
        subscriptionTable: new Map(),
        consumeType: 'CONSUME_PASSIVELY',
        messageModel: 'CLUSTERING',
        consumeFromWhere: 'CONSUME_FROM_LAST_OFFSET',
      } as never)
    watch = new TwinWatch({
      group: 'g',
      topic: 't',
      clientId: 'me',
      brokers: { call: async () => ({ body: body() }) } as unknown as Brokers,
      routes: { find: async () => ({ brokerNames: ['b'] }) } as unknown as RouteCache,
      clock,
      random: () => 0,
      problems: new Problems(({ error }) => problems.push(error)),
      lostConnectionAt: () => lostConnectionAt,
    })
  })

  async function look(times: number): Promise<void> {
    for (let time = 0; time < times; time++) {
      await watch.look()
      await clock.advance(20_000)
    }
  }

  it('reports one that stays, once', async () => {
    listed.push(['me', 'b:2'])
    await look(1)
    expect(problems).toEqual([])
    await look(3)
    expect(problems).toMatchObject([SHARED])
  })

  it('reports none that goes soon, and one that comes back', async () => {
    listed.push(['me', 'b:2'])
    await look(1)
    listed.pop()
    await look(1)
    listed.push(['me', 'b:2'])
    await look(1)
    expect(problems).toEqual([])
    await look(1)
    expect(problems).toHaveLength(1)
    listed.pop()
    await look(1)
    listed.push(['me', 'b:2'])
    await look(2)
    expect(problems).toHaveLength(2)
  })

  it('takes its own connection that broke without a word for no twin until brokers must have forgotten it', async () => {
    lostConnectionAt = clock.now()
    listed.push(['me', 'b:2'])
    await look(7)
    expect(problems).toEqual([])
    await look(2)
    expect(problems).toMatchObject([SHARED])
  })
})

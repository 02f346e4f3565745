import { describe, expect, it } from 'vitest'
import type { Brokers } from '../routing/brokers.js'
import type { OffsetStore } from './offset-store.js'
import { startOffsetOf } from './start-offset.js'

const END = 100
const AT_TIME = 60
/** Answers GET_MAX_OFFSET with the end and SEARCH_OFFSET_BY_TIMESTAMP with what was stored then. */
const brokers = {
  call: async (_name: string, command: { name: string }) => ({
    fields: { offset: command.name === 'GET_MAX_OFFSET' ? END : AT_TIME },
  }),
} as unknown as Brokers
const startOf = (topic: string, startFrom: 'last' | 'first' | Date, committed: number | undefined) =>
  startOffsetOf({
    queue: { topic, brokerName: 'a', queueId: 0 },
    startFrom,
    offsets: { read: async () => committed } as unknown as OffsetStore,
    brokers,
  })
const time = new Date(1_700_000_000_000)

/** Apache: RebalancePushImpl.computePullFromWhereWithException. */
describe('where a consumer begins', () => {
  it.each(['last', 'first', time] as const)(
    'is where its group stopped (startFrom %s)',
    async (startFrom) => {
      expect(await startOf('orders', startFrom, 7)).toBe(7)
      expect(await startOf('orders', startFrom, 0)).toBe(0)
    },
  )

  it.each([
    ['last', 'orders', END],
    ['last', '%RETRY%g', 0],
    ['first', 'orders', 0],
    ['first', '%RETRY%g', 0],
    [time, 'orders', AT_TIME],
    [time, '%RETRY%g', END],
  ] as const)('without an offset, startFrom %s in %s, is %i', async (startFrom, topic, offset) => {
    expect(await startOf(topic, startFrom, undefined)).toBe(offset)
  })

  it('is at the first message of a queue that was empty when its offset was asked for', async () => {
    const answers = [undefined, 0]
    const start = startOffsetOf({
      queue: { topic: 'orders', brokerName: 'a', queueId: 0 },
      startFrom: 'last',
      offsets: { read: async () => answers.shift() } as unknown as OffsetStore,
      brokers,
    })
    expect(await start).toBe(0)
  })
})

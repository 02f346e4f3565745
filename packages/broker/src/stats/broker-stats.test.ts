import { ManualClock } from '@rocketeer/foundation'
import { describe, expect, it } from 'vitest'
import { BrokerStats } from './broker-stats.js'

const HOUR_MS = 3_600_000

function statsAt(hour: number) {
  const clock = new ManualClock(new Date(2026, 4, 9, hour).getTime())
  return { clock, stats: new BrokerStats({ clock, isSystemTopic: (topic) => topic === 'BenchmarkTest' }) }
}

describe('BrokerStats', () => {
  it('counts by topic and by group under the names mqadmin asks for', () => {
    const { stats } = statsAt(12)
    stats.onPut('order-paid', 3, 900)
    stats.onGet({ group: 'coupon', topic: 'order-paid' }, { messageCount: 2, bytes: 600 })
    stats.onSendBack('coupon', 'order-paid')
    expect(stats.view('TOPIC_PUT_NUMS', 'order-paid')?.statsMinute.sum).toBe(3)
    expect(stats.view('TOPIC_PUT_SIZE', 'order-paid')?.statsHour.sum).toBe(900)
    expect(stats.view('GROUP_GET_NUMS', 'order-paid@coupon')?.statsDay.sum).toBe(2)
    expect(stats.view('SNDBCK_PUT_NUMS', 'order-paid@coupon')?.statsMinute.sum).toBe(1)
    expect(stats.view('TOPIC_PUT_NUMS', 'nothing')).toBeUndefined()
    expect(stats.view('NO_SUCH_STATS', 'order-paid')).toBeUndefined()
  })

  it('keeps a timer only while something is counted', async () => {
    const { clock, stats } = statsAt(12)
    expect(clock.pending).toBe(0)
    stats.onPut('order-paid', 1, 300)
    expect(clock.pending).toBe(1)
    await clock.advance(30_000)
    expect(clock.pending).toBe(0)
    expect(stats.topicPutTps('order-paid')).toBeCloseTo(1 / 30)
    await clock.advance(HOUR_MS)
    expect(stats.topicPutTps('order-paid')).toBe(0)
    stats.onPut('order-paid', 60, 300)
    expect(stats.topicPutTps('order-paid')).toBe(1)
    expect(stats.view('TOPIC_PUT_NUMS', 'order-paid')?.statsDay.sum).toBe(61)
  })

  it('remembers the totals of the last two midnights, without system topics', async () => {
    const { clock, stats } = statsAt(22)
    stats.onPut('order-paid', 5, 1)
    stats.onPut('BenchmarkTest', 7, 1)
    await clock.advance(3 * HOUR_MS)
    stats.onPut('order-paid', 2, 1)
    expect(stats.totals().put).toEqual({ yesterday: 0, today: 5, now: 7 })
    await clock.advance(24 * HOUR_MS)
    expect(stats.totals().put).toEqual({ yesterday: 5, today: 7, now: 7 })
    await clock.advance(72 * HOUR_MS)
    expect(stats.totals().put).toEqual({ yesterday: 7, today: 7, now: 7 })
  })

  it('forgets what was deleted', () => {
    const { stats } = statsAt(12)
    stats.onPut('gone', 1, 1)
    stats.onGet({ group: 'group', topic: 'gone' }, { messageCount: 1, bytes: 1 })
    stats.onTopicsDeleted(['gone'])
    expect(stats.view('TOPIC_PUT_NUMS', 'gone')).toBeUndefined()
    expect(stats.view('GROUP_GET_NUMS', 'gone@group')).toBeUndefined()
  })
})

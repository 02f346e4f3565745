import type { RocketeerError } from '@rocketeer/foundation'
import { describe, expect, it } from 'vitest'
import { joinGroup } from './group-subscriptions.js'

describe('members of a group in one process', () => {
  function join(clientId: string, subscribe: string, nameserver = 'a:1') {
    const problems: RocketeerError[] = []
    const leave = joinGroup([nameserver], 'coupon', { clientId, subscribe, report: (p) => problems.push(p) })
    return { problems, leave }
  }

  it('that subscribe differently are all told, by name', () => {
    const one = join('one', 'orders: *')
    const two = join('two', 'orders: paid')
    for (const { problems } of [one, two]) {
      expect(problems).toMatchObject([{ code: 'SUBSCRIPTIONS_DIFFER', details: { group: 'coupon' } }])
      expect(problems[0]!.message).toContain('one orders: *; two orders: paid')
    }
    one.leave()
    two.leave()
  })

  it('that subscribe the same, or left, or are of another cluster, are not', () => {
    const one = join('one', 'orders: *')
    const same = join('two', 'orders: *')
    const elsewhere = join('three', 'orders: paid', 'b:1')
    one.leave()
    same.leave()
    const later = join('four', 'orders: paid')
    expect([one, same, elsewhere, later].flatMap(({ problems }) => problems)).toEqual([])
    elsewhere.leave()
    later.leave()
  })
})

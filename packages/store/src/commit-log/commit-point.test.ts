import { AssertionFailed } from '@rocketeer/foundation'
import { describe, expect, it } from 'vitest'
import { COMMIT_RULES, CommitPoint, type CommitRule } from './commit-point.js'

function pointBy(rule: CommitRule, start = 100) {
  const advances: number[] = []
  const point = new CommitPoint({ rule, start, onAdvance: (offset) => advances.push(offset) })
  return { point, advances }
}

describe('CommitPoint', () => {
  it('begins where the log ends, and waits for the holder of its rule', () => {
    expect(pointBy(COMMIT_RULES.async).point).toMatchObject({ offset: 100, awaitedHolder: 'memory' })
    expect(pointBy(COMMIT_RULES.sync).point).toMatchObject({ offset: 100, awaitedHolder: 'disk' })
  })

  it('follows what is written under ASYNC_FLUSH', () => {
    const { point, advances } = pointBy(COMMIT_RULES.async)
    point.report('memory', 150)
    point.report('disk', 120)
    point.report('memory', 150)
    point.report('memory', 180)
    expect(point.offset).toBe(180)
    expect(advances).toEqual([150, 180])
  })

  it('follows what is flushed under SYNC_FLUSH', () => {
    const { point, advances } = pointBy(COMMIT_RULES.sync)
    point.report('memory', 150)
    expect(point.offset).toBe(100)
    point.report('disk', 150)
    expect(advances).toEqual([150])
  })

  it('takes a rule that looks at several holders', () => {
    const slowest: CommitRule = (ends) => (ends.get('memory')! < ends.get('disk')! ? 'memory' : 'disk')
    const { point, advances } = pointBy(slowest, 0)
    point.report('disk', 10)
    expect(point).toMatchObject({ offset: 0, awaitedHolder: 'memory' })
    point.report('memory', 30)
    expect(point).toMatchObject({ offset: 10, awaitedHolder: 'disk' })
    point.report('disk', 20)
    expect(advances).toEqual([10, 20])
  })

  it('does not go back when its rule names a holder that is behind', () => {
    let holder: 'memory' | 'disk' = 'memory'
    const { point, advances } = pointBy(() => holder)
    point.report('memory', 200)
    holder = 'disk'
    point.report('disk', 150)
    expect(point.offset).toBe(200)
    expect(advances).toEqual([200])
  })

  it('refuses a holder that goes back, and starts anew where the log was cut', () => {
    const { point } = pointBy(COMMIT_RULES.async)
    point.report('memory', 200)
    expect(() => point.report('memory', 199)).toThrow(AssertionFailed)
    point.reset(120)
    expect(point.offset).toBe(120)
    point.report('memory', 130)
    expect(point.offset).toBe(130)
  })
})

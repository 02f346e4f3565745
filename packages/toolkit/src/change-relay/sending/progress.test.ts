import { expect, it } from 'vitest'
import { Progress } from './progress.js'

it('reaches a position when everything before it is acknowledged, in whatever order', () => {
  const reached: unknown[] = []
  const progress = new Progress<string>((...each) => reached.push(each))
  const [first, second, third] = [progress.begin(), progress.begin(), progress.begin()]
  progress.sent(first)
  progress.sent(first)
  progress.ended(first, 'one')
  progress.sent(second)
  progress.ended(second, 'two')
  progress.ended(third, 'three')
  progress.acknowledged(second)
  progress.acknowledged(first)
  expect(reached).toEqual([])
  progress.acknowledged(first)
  expect(reached).toEqual([['three', true]])
  expect(progress.underway).toBe(0)
})

it('tells when only transactions without changes went by, and keeps the last known place', () => {
  const reached: unknown[] = []
  const progress = new Progress<string>((...each) => reached.push(each))
  progress.ended(progress.begin(), 'one')
  progress.ended(progress.begin(), undefined)
  expect(reached).toEqual([['one', false]])
})

it('never reaches past a transaction whose end was not read', () => {
  const reached: unknown[] = []
  const progress = new Progress<string>((position) => reached.push(position))
  const open = progress.begin()
  progress.sent(open)
  progress.acknowledged(open)
  progress.ended(progress.begin(), 'two')
  expect(reached).toEqual([])
  progress.ended(open, 'one')
  expect(reached).toEqual(['two'])
})

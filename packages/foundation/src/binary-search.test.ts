import { expect, it } from 'vitest'
import { firstWhere } from './binary-search.js'

it('finds the first number from which on it holds, wherever that is', async () => {
  for (let low = 0; low < 4; low++) {
    for (let high = low; high < 20; high++) {
      for (let first = low; first <= high; first++)
        expect(await firstWhere(low, high, (index) => index >= first)).toBe(first)
    }
  }
})

it('asks about each number once at most, and about few', async () => {
  const asked: number[] = []
  const holds = async (index: number) => {
    asked.push(index)
    return index >= 777_777
  }
  expect(await firstWhere(0, 1_000_000, holds)).toBe(777_777)
  expect(new Set(asked).size).toBe(asked.length)
  expect(asked.length).toBeLessThanOrEqual(20)
})

it('asks about nothing where there is nothing', async () => {
  expect(await firstWhere(5, 5, () => expect.unreachable())).toBe(5)
})

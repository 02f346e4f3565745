import { afterEach, expect, it, vi } from 'vitest'
import { hashOf, SeededRandom, seedsToRun } from './seeded-random.js'

afterEach(() => vi.unstubAllEnvs())

const numbers = (seed: number) => {
  const random = new SeededRandom(seed)
  return Array.from({ length: 1000 }, () => random.below(10))
}

it('the same seed gives the same numbers, another one others, each number in its turn', () => {
  expect(numbers(7)).toEqual(numbers(7))
  expect(numbers(7)).not.toEqual(numbers(8))
  for (let number = 0; number < 10; number++) {
    const times = numbers(7).filter((each) => each === number).length
    expect(times).toBeGreaterThan(50)
    expect(times).toBeLessThan(150)
  }
})

it('the hash of a text is the same in every process, and spreads', () => {
  expect(hashOf('')).toBe(0x811d9ffc)
  const rests = Array.from({ length: 1000 }, (_, index) => hashOf(`m${index}`) % 10)
  for (let rest = 0; rest < 10; rest++) {
    const times = rests.filter((each) => each === rest).length
    expect(times).toBeGreaterThan(50)
    expect(times).toBeLessThan(150)
  }
})

it('a fork goes its own way', () => {
  const forked = new SeededRandom(7)
  const fork = forked.fork()
  for (let i = 0; i < 100; i++) fork.below(10)
  const other = new SeededRandom(7)
  other.fork()
  expect(forked.between(5, 500)).toBe(other.between(5, 500))
})

it('seeds are counted from 1 unless the environment names some', () => {
  vi.stubEnv('RANDOM_SEEDS', undefined)
  expect(seedsToRun(3)).toEqual([1, 2, 3])
  vi.stubEnv('RANDOM_SEEDS', '17')
  expect(seedsToRun(3)).toEqual([17])
  vi.stubEnv('RANDOM_SEEDS', '20-22')
  expect(seedsToRun(3)).toEqual([20, 21, 22])
  vi.stubEnv('RANDOM_SEEDS', 'all')
  expect(() => seedsToRun(3)).toThrow('a seed or first-last is needed')
})

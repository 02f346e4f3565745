import { expect, it } from 'vitest'
import { chance } from './chance.js'

it('is the same for a seed and a name, and even over many names', () => {
  expect(chance(1, 'a')).toBe(chance(1, 'a'))
  expect(chance(1, 'a')).not.toBe(chance(2, 'a'))
  const many = Array.from({ length: 1_000 }, (_, name) => chance(7, String(name)))
  const below = many.filter((each) => each < 0.3).length
  expect(Math.abs(below - 300)).toBeLessThan(60)
})

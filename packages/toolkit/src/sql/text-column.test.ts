import { expect, it } from 'vitest'
import { textForColumn } from './text-column.js'

it('cuts between characters, and leaves no zero and no half of a character', () => {
  expect(textForColumn('🧾🧾🧾', 2)).toBe('🧾🧾')
  expect(textForColumn('a\0b\uD83E', 10)).toBe('a\uFFFDb\uFFFD')
  expect(textForColumn('short', 10)).toBe('short')
})

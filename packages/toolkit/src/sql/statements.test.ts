import { expect, it } from 'vitest'
import { numbered, partsOf } from './statements.js'

it('numbers placeholders, and leaves question marks in quotes alone', () => {
  expect(numbered('SELECT 1')).toBe('SELECT 1')
  expect(numbered('UPDATE "a?""?" SET x = ? WHERE y = \'?\'\'?\' AND z = ?')).toBe(
    'UPDATE "a?""?" SET x = $1 WHERE y = \'?\'\'?\' AND z = $2',
  )
})

it('cuts a statement at its placeholders', () => {
  expect(partsOf('INSERT INTO `t?` VALUES (?, ?)')).toEqual(['INSERT INTO `t?` VALUES (', ', ', ')'])
})

import { expect, it } from 'vitest'
import { nearestName } from './nearest-name.js'

const known = ['flushDiskType', 'traceOn', 'orders']

it.each([
  ['flushDiskTyp', 'flushDiskType'],
  ['TRACEON', 'traceOn'],
  ['ordres', 'orders'],
  ['orders', 'orders'],
])('takes "%s" for "%s"', (wrong, meant) => {
  expect(nearestName(wrong, known)).toBe(meant)
})

it.each(['payments', 'tr', ''])('finds nothing near "%s"', (wrong) => {
  expect(nearestName(wrong, known)).toBeUndefined()
})

import { expect, it } from 'vitest'
import { hashOf } from './message-identity.js'
import { MessageTable } from './message-table.js'

it('finds what was added, and nothing else, while it grows', () => {
  const table = new MessageTable()
  for (let i = 0; i < 5_000; i++) table.add(hashOf([`id ${i}`]), { content: i, queue: i % 7, offset: i * 2 })
  expect(table.count).toBe(5_000)
  for (let i = 0; i < 5_000; i++) {
    const slot = table.find(hashOf([`id ${i}`]))!
    expect([table.contentAt(slot), table.queueAt(slot), table.offsetAt(slot)]).toEqual([i, i % 7, i * 2])
  }
  expect(table.find(hashOf(['id 5000']))).toBeUndefined()
})

it('keeps marks apart', () => {
  const table = new MessageTable()
  table.add(hashOf(['a']), { content: 1, queue: 0, offset: 0, marks: 4 })
  const slot = table.find(hashOf(['a']))!
  expect([table.has(slot, 2), table.has(slot, 4)]).toEqual([false, true])
  table.mark(slot, 2)
  expect([table.has(slot, 2), table.has(slot, 4)]).toEqual([true, true])
  expect([...table.slots()]).toEqual([slot])
})

import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { wounds } from './all-wounds.js'

it.each(['shop.md', 'zh-CN/shop.md'])(
  'are all described in docs/%s, with what a run can go without',
  (page) => {
    const text = readFileSync(new URL(`../../../../docs/${page}`, import.meta.url), 'utf8')
    const rows = text.split('\n').filter((line) => line.startsWith('| `'))
    const missing = [...wounds.values()].filter(
      ({ name, without }) =>
        !rows.some(
          (row) =>
            row.startsWith(`| \`${name}\``) && without.every((remedy) => row.includes(`\`${remedy}\``)),
        ),
    )
    expect(missing.map(({ name }) => name)).toEqual([])
  },
)

import { describe, expect, it } from 'vitest'
import { readText, sourcePackages } from './source-tree.js'

const sources = sourcePackages().flatMap(({ files }) =>
  files.filter(({ path }) => path.startsWith('packages/') && !path.endsWith('.test.ts')),
)
const tables = sources.filter(({ text }) => /^ {2}[A-Z_]+: (error|refusal)Row\b/m.test(text))

/** The codes of all error tables, each with whether the same call may succeed later. */
const codes = new Map(
  tables.flatMap(({ text }) =>
    text
      .split(/^ {2}(?=[A-Z_]+: )/m)
      .slice(1)
      .flatMap((row): [string, boolean][] => {
        const code = /^([A-Z_]+): errorRow\b/.exec(row)?.[1]
        return code === undefined ? [] : [[code, /^ {4}retryable: true|, retryable: true/m.test(row)]]
      }),
  ),
)

/** RocketMQ's names of the response codes in the tables of errors and refusals. */
const answers = new Set(
  tables.flatMap(({ text }) =>
    [...text.matchAll(/responseCode: ResponseCode\.([A-Z_]+)/g)].map(([, name]) => name!),
  ),
)

/** What a page's tables have in a row that begins with a code: the second cell. */
function rowsOf(page: string, columns: number): [string, string][] {
  return readText(page)
    .split('\n')
    .map((line) => line.split(' | '))
    .filter((cells) => cells.length === columns && /^\| `[A-Z_]+`$/.test(cells[0]!))
    .map(([code, second]) => [code!.slice(3, -1), second!.trim()])
}

describe.each(['docs/errors.md', 'docs/zh-CN/errors.md'])('%s', (page) => {
  it('lists every code once, and says when to try again', () => {
    const listed = rowsOf(page, 4)
    expect(listed.map(([code]) => code).sort()).toEqual([...codes.keys()].sort())
    const again = listed.filter(([, mark]) => mark !== '').map(([code]) => code)
    const retryable = [...codes].filter(([, isRetryable]) => isRetryable).map(([code]) => code)
    expect(again.sort()).toEqual(retryable.sort())
    expect(retryable.length).toBeGreaterThan(20)
  })

  it('lists every answer with which a broker or nameserver refuses a request', () => {
    const listed = rowsOf(page, 3).map(([name]) => name)
    expect(listed.sort()).toEqual([...answers].sort())
  })
})

import { readFileSync } from 'node:fs'
import { Refusal } from '@rocketeer/foundation'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileCondition, FAILED, type Truth } from './compile.js'
import { parseSql } from './parse.js'

/** What Apache's own parser and evaluation said; made by interop/java-golden, SqlFilters. */
interface GoldenFile {
  properties: Record<string, string>[]
  expressions: { sql: string; results?: string; refused?: string }[]
}

const golden: GoldenFile = JSON.parse(
  readFileSync(new URL('../../../golden/sql92-apache-5.5.0.golden.json', import.meta.url), 'utf8'),
)

/** Apache takes these up to the first token that does not fit and forgets the rest, which we do not. */
const cutShortByApache = [
  'a > 007',
  'a = 5 b',
  'a = 5 5',
  'a = 5)',
  "a = 5 'x'",
  'a + 5',
  'a = 5 + 5',
  'a - 5 = 0',
  "a LIKE 'x'",
  "a LIKE 'x%'",
  "region LIKE 'eu%' ESCAPE '\\'",
  'a-b = 5',
  'a = 0x10',
  'a = 010',
  'a = 0L',
  'hello world',
  'true false',
  // A comment to us; to Apache one needs a line end behind it, and two signs are left.
  'a = -- five',
]

function resultsOf(sql: string): string {
  const condition = compileCondition(parseSql(sql))
  return golden.properties.map((set) => letterOf(condition((name) => set[name]))).join('')
}

function letterOf(truth: Truth): string {
  if (truth === FAILED) return 'E'
  return truth === null ? 'N' : truth ? 'T' : 'F'
}

function errorOf(sql: string): { message: string; line: number; column: number } {
  try {
    parseSql(sql)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    expect(error.code).toBe('SQL_EXPRESSION_INVALID')
    const { line, column } = error.details as { line: number; column: number }
    return { message: error.message, line, column }
  }
  throw new Error(`not refused: ${sql}`)
}

describe('like Apache', () => {
  const accepted = golden.expressions.filter(
    ({ sql, results }) => results !== undefined && !cutShortByApache.includes(sql),
  )
  const refused = golden.expressions.filter((each) => each.refused !== undefined)

  it(`gives the results Apache gives for ${accepted.length} expressions`, () => {
    expect(accepted.length).toBeGreaterThan(500)
    for (const { sql, results } of accepted) expect([sql, resultsOf(sql)]).toEqual([sql, results])
  })

  it(`refuses the ${refused.length} expressions that Apache refuses`, () => {
    expect(refused.length).toBeGreaterThan(100)
    for (const { sql } of refused) expect(errorOf(sql).line).toBeGreaterThan(0)
  })

  it.each(cutShortByApache)('refuses what Apache would cut short: %s', (sql) => {
    expect(golden.expressions.find((each) => each.sql === sql)?.results).toBeDefined()
    expect(errorOf(sql).column).toBeGreaterThan(1)
  })
})

describe('a mistake', () => {
  it('is shown with its place', () => {
    expect(errorOf("amount > > 100 AND region = 'eu'").message).toBe(
      [
        'the SQL92 expression is wrong at line 1, column 10: expected a property, a number, a string or "(", found >',
        "amount > > 100 AND region = 'eu'",
        '         ^',
      ].join('\n'),
    )
  })

  it('is found on its line', () => {
    expect(errorOf("a = 5\n  AND b LIKE 'x%'\n  AND c = 1")).toMatchObject({ line: 2, column: 9 })
    expect(errorOf('a = 5 AND\n')).toMatchObject({ line: 2, column: 1 })
  })

  it('in a long line is shown with its surroundings', () => {
    const sql = `${'a = 1 OR '.repeat(200)} = 5 ${' OR a = 1'.repeat(200)}`
    const { message, column } = errorOf(sql)
    const [, excerpt, caret] = message.split('\n')
    expect(excerpt!.length).toBeLessThan(150)
    expect(excerpt![caret!.indexOf('^')]).toBe('=')
    expect(sql[column - 1]).toBe('=')
  })

  it.each([
    ["a = 'x", 5, 'this string is not closed'],
    ['a = "x"', 5, "single quotes: 'text'"],
    ['a != 5', 3, 'unequal is written <>'],
    ['a = 1 || a = 2', 7, 'joined with OR'],
    ['a = 1 && b = 2', 7, 'joined with AND'],
    ['a.b = 5', 2, 'names of properties'],
    ['订单 = 5', 1, 'names of properties'],
    ["a LIKE 'x%'", 3, 'use CONTAINS, STARTSWITH or ENDSWITH'],
    ['a + 1 > 5', 3, 'nothing can be calculated'],
    ['a = NULL', 5, 'write IS NULL'],
    ["a > 'x'", 5, 'only numbers and properties'],
    ['a BETWEEN 9 AND 1', 11, 'above the second'],
    ['5 IN (1)', 7, 'a string in single quotes'],
    ["5 IN ('1')", 1, 'IN takes a property'],
    ['a AND 5', 7, 'a condition is needed'],
    ['a > 0.0', 5, 'write 0'],
    ['a = 9223372036854775808', 5, '9223372036854775807'],
    ['a = 5 /* why', 7, 'this comment is not closed'],
    ['(a = 5', 7, 'found the end'],
    ['', 1, 'found the end'],
  ])('%s', (sql, column, advice) => {
    const error = errorOf(sql)
    expect(error.message).toContain(advice)
    expect(error.column).toBe(column)
  })
})

describe('is bounded', () => {
  it('in length', () => {
    expect(errorOf(`a = '${'x'.repeat(16_384)}'`).message).toContain('16384 are the limit')
  })

  it('in depth', () => {
    const nested = (levels: number) => `${'('.repeat(levels)}a = 5${')'.repeat(levels)}`
    expect(resultsOf(nested(127))).toBe(resultsOf('a = 5'))
    expect(errorOf(nested(128)).message).toContain('128 levels deep')
    expect(errorOf(`a = ${'-'.repeat(8000)}5`.replaceAll('--', '- - ')).message).toContain('128 levels deep')
    expect(errorOf(`a ${'= a '.repeat(4000)}`).message).toContain('comparisons in a row')
    expect(errorOf(`a ${'IS NULL '.repeat(9)}`).message).toContain('comparisons in a row')
    expect(errorOf(`a ${"CONTAINS 'x' ".repeat(9)}`).message).toContain('comparisons in a row')
  })

  it('in the values of a list', () => {
    const list = (count: number) => `a IN (${Array.from({ length: count }, (_, i) => `'${i}'`).join(',')})`
    expect(resultsOf(list(1024))).toBe(resultsOf("a IN ('5', '6')"))
    expect(errorOf(list(1025)).message).toContain('1024 values')
  })

  it('and not in how many conditions are joined', () => {
    const sql = Array.from({ length: 1000 }, (_, i) => `a = '${i}'`)
    expect(resultsOf(sql.join(' OR '))).toBe(resultsOf("a = '5' OR a = '6'"))
    expect(resultsOf(sql.join(' AND '))).toBe(resultsOf("a = '5' AND a = '6'"))
  })
})

describe('any text', () => {
  const words = ['a', 'b', 'NOT', 'AND', 'OR', 'IN', 'IS', 'NULL', 'TRUE', 'BETWEEN', 'CONTAINS', 'ENDSWITH']
  const pieces = fc.constantFrom(
    ...words,
    "'x'",
    "''",
    '5',
    '5.5',
    '9L',
    '(',
    ')',
    ',',
    '=',
    '<>',
    '>',
    '<=',
    '-',
  )
  const expressions = fc.oneof(
    fc.array(pieces, { maxLength: 30 }).map((list) => list.join(' ')),
    fc.string({ maxLength: 60 }),
    fc.string({ unit: 'binary', maxLength: 60 }),
  )

  it('is compiled and evaluated, or refused with a place inside it', () => {
    fc.assert(
      fc.property(expressions, fc.string(), (sql, value) => {
        try {
          const truth = compileCondition(parseSql(sql))((name) => (name === 'a' ? value : undefined))
          expect([true, false, null, FAILED]).toContain(truth)
        } catch (error) {
          if (!(error instanceof Refusal)) throw error
          expect(error.code).toBe('SQL_EXPRESSION_INVALID')
          const { line, column } = error.details as { line: number; column: number }
          expect(sql.split('\n')[line - 1]!.length).toBeGreaterThanOrEqual(column - 1)
        }
      }),
      { numRuns: 2000 },
    )
  })
})

import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
import { dim } from './styled.js'
import { tableLines } from './table.js'

const headings = ['group', 'topic', 'lag', 'last message']
const rows = [
  ['billing', 'order-paid', 3, '2026-11-21 10:30:05.123'],
  ['a-group-with-a-rather-long-name', '订单已支付的主题', 12_345, undefined],
]

const linesAt = (columns: number | undefined, whole = ['last message']) =>
  tableLines(headings, rows, { columns, whole }).map(String)

describe('tableLines', () => {
  it('aligns text left and numbers right, by what a terminal shows of wide characters', () => {
    expect(linesAt(undefined)).toEqual([
      'group                            topic               lag  last message',
      'billing                          order-paid            3  2026-11-21 10:30:05.123',
      'a-group-with-a-rather-long-name  订单已支付的主题  12345  -',
    ])
  })

  it('cuts names in the middle where the terminal is narrow, never numbers nor what is to be whole', () => {
    expect(linesAt(70)).toEqual([
      'group                 topic               lag  last message',
      'billing               order-paid            3  2026-11-21 10:30:05.123',
      'a-group-wi…long-name  订单已支付的主题  12345  -',
    ])
  })

  it('has no line wider than the terminal', () => {
    for (let columns = 58; columns < 90; columns++)
      expect(Math.max(...linesAt(columns).map((line) => stringWidth(line)))).toBeLessThanOrEqual(columns)
  })

  it('becomes cards where nothing else helps', () => {
    expect(linesAt(40)).toEqual([
      'group         billing',
      'topic         order-paid',
      'lag           3',
      'last message  2026-11-21 10:30:05.123',
      '',
      'group         a-group-with-a-rather-long-name',
      'topic         订单已支付的主题',
      'lag           12345',
      'last message  -',
    ])
  })

  it('cuts texts at their end', () => {
    const lines = tableLines(['body'], [['the quick brown fox jumps over it']], { columns: 20 })
    expect(lines.map(String)).toEqual(['body', 'the quick brown fox…'])
  })

  it('keeps a row in one line, whatever is in its cells', () => {
    const lines = tableLines(['key', 'body'], [['a\nb\u001b[2J', 'x']], { columns: undefined })
    expect(lines.map(String)).toEqual(['key          body', 'a\\nb\\x1b[2J  x'])
  })
})

describe('a column of texts that wrap', () => {
  const cause = 'TypeError: the quick brown fox jumps over the lazy dog'
  const lines = (columns: number | undefined, text: Parameters<typeof tableLines>[1][0][0] = cause) =>
    tableLines(['count', 'died of'], [[7, text]], { columns, wrap: 'died of' }).map(String)

  it('has as many lines as it needs, under each other', () => {
    expect(lines(40)).toEqual([
      'count  died of',
      '    7  TypeError: the quick brown fox',
      '       jumps over the lazy dog',
    ])
    expect(lines(undefined)).toEqual(['count  died of', `    7  ${cause}`])
  })

  it('breaks words that are too long, and texts without spaces', () => {
    expect(lines(36, '优惠券数据库'.repeat(5))).toEqual([
      'count  died of',
      '    7  优惠券数据库优惠券数据库优惠',
      '       券数据库优惠券数据库优惠券数',
      '       据库',
    ])
  })

  it('keeps its style in each line, and shows no control characters', () => {
    const [, ...rows] = tableLines(['died of'], [[dim('a\u001b[2J '.repeat(6))]], {
      columns: 24,
      wrap: 'died of',
    })
    expect(rows.length).toBeGreaterThan(1)
    for (const row of rows) {
      expect(row.spans.every(({ styles }) => styles[0] === 'dim')).toBe(true)
      expect(String(row)).not.toContain('\u001b')
    }
  })

  it('is a card where it would be too narrow', () => {
    expect(lines(20)).toEqual([
      'count    7',
      'died of  TypeError:',
      '         the quick',
      '         brown fox',
      '         jumps over',
      '         the lazy',
      '         dog',
    ])
  })
})

import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
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

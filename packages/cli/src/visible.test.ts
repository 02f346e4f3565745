import { describe, expect, it } from 'vitest'
import { visible, visibleLines } from './visible.js'

describe('visible', () => {
  it('escapes what a terminal would obey', () => {
    expect(visible('a\u001b[2Jb\u0007\u009b31m\u007f\0')).toBe('a\\x1b[2Jb\\x07\\x9b31m\\x7f\\x00')
    expect(visible('a\r\nb\tc')).toBe('a\\r\\nb\\tc')
    expect(visible('\u2028\u2029\u202e\u2066\u200f\ud800')).toBe('\\u2028\\u2029\\u202e\\u2066\\u200f\\ud800')
  })

  it('leaves every script and emoji as it is', () => {
    for (const text of ['{"id":1,"a":"\\n"}', '订单已支付', 'قهوة', '👩‍👩‍👧 é', ' '])
      expect(visible(text)).toBe(text)
  })
})

describe('visibleLines', () => {
  it('keeps line breaks and tabs, and escapes the rest', () => {
    expect(visibleLines('a\r\n\tb\nc\rd\u001b')).toBe('a\n\tb\nc\\rd\\x1b')
  })
})

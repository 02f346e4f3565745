import { describe, expect, it } from 'vitest'
import { bold, joined, red, styled } from './styled.js'

describe('styled', () => {
  it('escapes values and keeps the styles of others', () => {
    const text = styled`${bold('a\u001b[0m')} and ${'b\n'}${undefined}${3}`
    expect(text.toString()).toBe('a\\x1b[0m and b\\n3')
    expect(text.for({ isTTY: false })).toBe('a\\x1b[0m and b\\n3')
  })

  it('has colors in a terminal only', () => {
    const terminal = { isTTY: true }
    const before = { ...process.env }
    try {
      Object.assign(process.env, { TERM: 'xterm' })
      delete process.env.NO_COLOR
      delete process.env.FORCE_COLOR
      expect(red('x').for(terminal)).toBe('\u001b[31mx\u001b[39m')
      process.env.NO_COLOR = '1'
      expect(red('x').for(terminal)).toBe('x')
      delete process.env.NO_COLOR
      process.env.TERM = 'dumb'
      expect(red('x').for(terminal)).toBe('x')
    } finally {
      process.env = before
    }
  })
})

describe('joined', () => {
  it('leaves out what is empty', () => {
    expect(joined(['a', '', undefined, red(''), bold('b')]).toString()).toBe('a b')
  })
})

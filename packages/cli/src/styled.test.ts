import { afterEach, describe, expect, it, vi } from 'vitest'
import { bold, joined, red, styled } from './styled.js'

afterEach(() => vi.unstubAllEnvs())

describe('styled', () => {
  it('escapes values and keeps the styles of others', () => {
    const text = styled`${bold('a\u001b[0m')} and ${'b\n'}${undefined}${3}`
    expect(text.toString()).toBe('a\\x1b[0m and b\\n3')
    expect(text.for({ isTTY: false })).toBe('a\\x1b[0m and b\\n3')
  })

  it('has colors in a terminal only', () => {
    const terminal = { isTTY: true }
    vi.stubEnv('TERM', 'xterm')
    vi.stubEnv('NO_COLOR', undefined)
    vi.stubEnv('FORCE_COLOR', undefined)
    expect(red('x').for(terminal)).toBe('\u001b[31mx\u001b[39m')
    vi.stubEnv('NO_COLOR', '1')
    expect(red('x').for(terminal)).toBe('x')
    vi.stubEnv('NO_COLOR', undefined)
    vi.stubEnv('TERM', 'dumb')
    expect(red('x').for(terminal)).toBe('x')
  })
})

describe('joined', () => {
  it('leaves out what is empty', () => {
    expect(joined(['a', '', undefined, red(''), bold('b')]).toString()).toBe('a b')
  })
})

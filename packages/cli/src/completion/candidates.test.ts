import { describe, expect, it } from 'vitest'
import { createProgram } from '../program.js'
import { complete } from './candidates.js'

const program = createProgram()

function valuesOf(...words: readonly string[]): string[] {
  const completion = complete(program, words)
  if (completion.kind !== 'words') throw new Error(completion.kind)
  return completion.candidates.map(({ value }) => value)
}

describe('complete', () => {
  it('knows commands, those within them, and their flags', () => {
    expect(valuesOf('')).toEqual(expect.arrayContaining(['start', 'topic', 'completion']))
    expect(valuesOf('')).not.toContain('complete')
    expect(valuesOf('cl')).toEqual(['cluster'])
    expect(valuesOf('topic', 'c')).toEqual(['create'])
    expect(valuesOf('topic', 'delete', '--')).toEqual(
      expect.arrayContaining(['--yes', '--dry-run', '--json', '--help']),
    )
    expect(valuesOf('topic', 'delete', '--d')).toEqual(['--dry-run'])
    expect(valuesOf('--v')).toEqual(['--version'])
  })

  it('knows the choices of flags and arguments', () => {
    expect(valuesOf('start', '--flush-mode', '')).toEqual(['async', 'sync'])
    expect(valuesOf('group', 'mode', 'billing', 'orders', 'p')).toEqual(['pull', 'pop'])
    expect(valuesOf('topic', 'create', 'orders', '--type', 'T')).toEqual(['TRANSACTION'])
    expect(valuesOf('completion', 'z')).toEqual(['zsh'])
  })

  it('knows where a file or a name of the cluster belongs', () => {
    expect(complete(program, ['start', '-d', ''])).toEqual({ kind: 'files' })
    expect(complete(program, ['broker', '--config', 'conf/'])).toEqual({ kind: 'files' })
    const names = (kind: string, nameservers?: string) => ({ kind: 'names', names: kind, nameservers })
    expect(complete(program, ['topic', 'route', 'ord'])).toEqual(names('topic'))
    expect(complete(program, ['topic', 'route', '-n', 'ns:9876', 'ord'])).toEqual(names('topic', 'ns:9876'))
    expect(complete(program, ['consume', 'orders', '--group', ''])).toEqual(names('group'))
    expect(complete(program, ['group', 'lag', 'a', 'b', ''])).toEqual(names('group'))
    expect(complete(program, ['cluster', 'diff', 'a', ''])).toEqual(names('broker'))
  })

  it('offers nothing where anything may stand', () => {
    expect(valuesOf('send', 'orders', '')).toEqual([])
    expect(valuesOf('send', '--count', '')).toEqual([])
    expect(valuesOf('topic', 'list', '')).toEqual([])
  })
})

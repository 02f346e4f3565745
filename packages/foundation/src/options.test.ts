import { describe, expect, it } from 'vitest'
import { isRocketeerError } from './errors.js'
import { parseOptions, z } from './options.js'

const schema = z.strictObject({
  frameBytesMax: z
    .int()
    .min(1024)
    .max(2 ** 30)
    .default(16 * 1024 ** 2),
  flush: z.enum(['async', 'sync']).default('async'),
})

function failure(input: unknown): string {
  try {
    parseOptions(schema, input, 'store options')
  } catch (error) {
    expect(isRocketeerError(error, 'OPTION_INVALID')).toBe(true)
    return (error as Error).message
  }
  throw new Error('these options were accepted')
}

describe('parseOptions', () => {
  it('fills in defaults and freezes the result', () => {
    const config = parseOptions(schema, { flush: 'sync' }, 'store options')
    expect(config).toEqual({ frameBytesMax: 16_777_216, flush: 'sync' })
    expect(Object.isFrozen(config)).toBe(true)
    expect(parseOptions(schema, undefined, 'store options').flush).toBe('async')
  })

  it('names an unknown option', () => {
    expect(failure({ flsh: 'sync' })).toContain('unknown option "flsh"')
  })

  it('names the class of an object that has none of the options, instead of its fields', () => {
    class Producer {
      group = 'orders'
    }
    class Flushing {
      flush = 'sync'
      flsh = 'async'
    }
    expect(failure(new Producer())).toBe(
      'store options: an object with options is needed, not one of the class Producer',
    )
    expect(failure(new Flushing())).toContain('unknown option "flsh"')
    expect(failure(Object.assign(Object.create(null), { flsh: 1 }))).toContain('unknown option "flsh"')
  })

  it('gives our name of an option that goes by another name elsewhere', () => {
    const nameHere = (option: string) => (option === 'flushDiskType' ? 'flush' : undefined)
    expect(() =>
      parseOptions(schema, { flushDiskType: 'SYNC_FLUSH', flsh: 1 }, { subject: 'store', nameHere }),
    ).toThrow('store: "flushDiskType" is called "flush" here; unknown option "flsh"')
  })

  it('says which option is missing, but not of one that was given under a wrong name', () => {
    const needed = z.strictObject({ nameservers: z.union([z.string(), z.array(z.string())]) })
    const parse = (input: unknown) => () => parseOptions(needed, input, 'connect')
    expect(parse({})).toThrow(/^connect: "nameservers" is missing$/)
    expect(parse({ nameserver: 'a' })).toThrow(
      /^connect: unknown option "nameserver"; did you mean "nameservers"\?$/,
    )
    expect(parse({ nameservers: 5 })).toThrow(/^connect: "nameservers": /)
  })

  it('names every impossible value', () => {
    const text = failure({ frameBytesMax: 3, flush: 'never' })
    expect(text).toContain('store options')
    expect(text).toContain('"frameBytesMax"')
    expect(text).toContain('"flush"')
  })
})

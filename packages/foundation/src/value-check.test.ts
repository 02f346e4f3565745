import { describe, expect, it } from 'vitest'
import { z } from './options.js'
import { checked, checkValue } from './value-check.js'

describe('checkValue', () => {
  it.each([
    [z.number(), undefined, 'a number is needed'],
    [z.number(), '5', 'a number is needed, not the string "5"'],
    [z.number(), Number.NaN, 'a finite number is needed, not NaN'],
    [z.int(), 1.5, 'a whole number is needed, not 1.5'],
    [z.int().positive(), -1, 'a number above 0 is needed, not -1'],
    [z.int().max(10), 11, 'a number of at most 10 is needed, not 11'],
    [z.string(), null, 'a string is needed, not null'],
    [z.string(), 'x'.repeat(41).split(''), 'a string is needed, not a list'],
    [z.string().min(1), '', 'a string that is not empty is needed, not an empty string'],
    [z.array(z.string()).min(1), [], 'a list of at least one entry is needed, not an empty list'],
    [z.boolean(), 'x'.repeat(41), 'true or false is needed, not a string of 41 characters'],
    [z.enum(['async', 'sync']), 'never', '"async" or "sync" is needed, not the string "never"'],
    [z.instanceof(AbortSignal), {}, 'an AbortSignal is needed, not an object'],
    [
      z.union([z.date(), z.number().min(0), z.literal('last')]),
      'x',
      'a valid Date, a number or "last" is needed, not the string "x"',
    ],
    [z.union([z.string(), z.instanceof(AbortSignal)]), 5, 'a string or an AbortSignal is needed, not 5'],
    [z.custom(() => false, 'a Clock is needed'), 5, 'a Clock is needed'],
    [z.custom(() => false), 5n, 'this value is not allowed: the bigint 5n'],
  ])('says what is needed: %#', (schema, value, text) => {
    const { error } = checkValue(schema as z.ZodType, value)
    expect(error?.issues.map(({ message }) => message)).toEqual([text])
  })

  it('names the first member of a value that does not fit', () => {
    const schema = z.object({ queue: z.object({ queueId: z.int() }) })
    expect(checked(schema, { queue: { queueId: 1 } })).toEqual({ queue: { queueId: 1 } })
    expect(() => checked(schema, { queue: { queueId: 'x' } })).toThrow(
      '"queue.queueId": a number is needed, not the string "x"',
    )
  })

  it('leaves the texts of other schemas alone', () => {
    checkValue(z.number(), '5')
    expect(z.number().safeParse('5').error?.issues[0]?.message).toMatch(/expected number/)
  })
})

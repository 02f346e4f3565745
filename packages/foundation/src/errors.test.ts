import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { defineErrors, errorRow, isRocketeerError, messageOf, RocketeerError } from './errors.js'

const errors = defineErrors({
  DISK_FULL: errorRow<{ path: string }>({
    message: ({ path }) => `${path} is full; free some space`,
    retryable: true,
    responseCode: 14,
  }),
  BROKEN: errorRow<{ what: string }>({ message: ({ what }) => `${what} is broken` }),
})

declare module './errors.js' {
  interface ErrorTables {
    errorsTest: typeof errors
  }
}

describe('defineErrors', () => {
  it('makes errors with code, text, details, and what to do with them', () => {
    const error = errors.DISK_FULL({ path: '/data' })
    expect(error).toBeInstanceOf(RocketeerError)
    expect(error).toMatchObject({
      code: 'DISK_FULL',
      message: '/data is full; free some space',
      retryable: true,
      responseCode: 14,
      details: { path: '/data' },
    })
  })

  it('keeps the cause, and is neither retryable nor answered with a code unless the table says so', () => {
    const cause = new Error('EIO')
    const error = errors.BROKEN({ what: 'the disk' }, cause)
    expect(error.cause).toBe(cause)
    expect(error.retryable).toBe(false)
    expect(error.responseCode).toBeUndefined()
  })

  it('is printed without what it has not got', () => {
    expect(inspect(errors.BROKEN({ what: 'the disk' }))).not.toContain('undefined')
  })

  it('is recognised by code', () => {
    expect(isRocketeerError(errors.BROKEN({ what: 'x' }), 'BROKEN')).toBe(true)
    expect(isRocketeerError(errors.BROKEN({ what: 'x' }), 'DISK_FULL')).toBe(false)
    expect(isRocketeerError(new Error('BROKEN'))).toBe(false)
  })

  it('is recognised when another copy of the package made it', async () => {
    const file = new URL('./errors.js', import.meta.url)
    const another: typeof import('./errors.js') = await import(`${file}?another`)
    const error = another.defineErrors({ BROKEN: another.errorRow({ message: () => 'broken' }) }).BROKEN({})
    expect(error).not.toBeInstanceOf(RocketeerError)
    expect(isRocketeerError(error, 'BROKEN')).toBe(true)
    expect(isRocketeerError(error, 'DISK_FULL')).toBe(false)
  })

  it('lets the compiler know the details of a code', () => {
    const error: unknown = errors.DISK_FULL({ path: '/data' })
    if (!isRocketeerError(error, 'DISK_FULL')) throw error
    const { path }: { path: string } = error.details
    expect(path).toBe('/data')
    // @ts-expect-error No table has this code.
    expect(isRocketeerError(error, 'DISK_FUL')).toBe(false)
  })

  it('finds a text for whatever was thrown', () => {
    expect(messageOf(new Error('plain'))).toBe('plain')
    expect(messageOf('a string')).toBe('a string')
    expect(messageOf(Object.assign(new Error(), { message: { status: 503 } }))).toBe('[object Object]')
    expect(messageOf(Object.create(null))).toBe('something without a text was thrown')
  })
})

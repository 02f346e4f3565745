import { AssertionFailed } from '@rocketeer/foundation'
import { describe, expect, it } from 'vitest'
import { LogTail } from './log-tail.js'

const KIB = 1024

/** Puts `text` at the end of the current chunk. */
function put(tail: LogTail, text: string): void {
  const chunk = tail.current
  chunk.buffer.write(text, chunk.used)
  chunk.used += text.length
}

function read(tail: LogTail, offset: number, bytes: number): string | undefined {
  const target = Buffer.alloc(bytes)
  return tail.copy(offset, bytes, target, 0) ? target.toString() : undefined
}

describe('LogTail', () => {
  it('begins with the first chunk and fits bytes only at its end', () => {
    const tail = new LogTail(128 * KIB)
    expect(tail.start).toBe(Number.POSITIVE_INFINITY)
    expect(tail.fits(0, 1)).toBe(false)
    expect(() => tail.current).toThrow(AssertionFailed)
    tail.advance(1000, 10)
    expect(tail.start).toBe(1000)
    expect(tail.fits(1000, 16 * KIB)).toBe(true)
    expect(tail.fits(1000, 16 * KIB + 1)).toBe(false)
    expect(tail.fits(1001, 1)).toBe(false)
  })

  it('copies what one chunk holds, and nothing else', () => {
    const tail = new LogTail(128 * KIB)
    tail.advance(1000, 10)
    put(tail, 'first')
    tail.advance(1005, 10)
    put(tail, 'second')
    expect(read(tail, 1000, 5)).toBe('first')
    expect(read(tail, 1007, 4)).toBe('cond')
    expect(read(tail, 1003, 4)).toBeUndefined()
    expect(read(tail, 1007, 5)).toBeUndefined()
    expect(read(tail, 999, 1)).toBeUndefined()
  })

  it('uses the oldest chunk again, and makes a larger one for what is larger', () => {
    const tail = new LogTail(128 * KIB)
    for (let chunk = 0; chunk < 8; chunk++) {
      tail.advance(chunk * 10, 10)
      put(tail, `chunk-${chunk}--`)
    }
    expect(tail.start).toBe(0)
    const large = tail.advance(80, 40 * KIB)
    expect(large.buffer.length).toBe(40 * KIB)
    expect(tail.start).toBe(10)
    expect(read(tail, 10, 7)).toBe('chunk-1')
  })

  it('lets a chunk without bytes begin elsewhere, behind a hole', () => {
    const tail = new LogTail(128 * KIB)
    tail.advance(0, 10)
    put(tail, 'before')
    const empty = tail.advance(6, 10)
    expect(tail.advance(500, 10)).toBe(empty)
    put(tail, 'behind')
    expect(read(tail, 500, 6)).toBe('behind')
    expect(read(tail, 6, 1)).toBeUndefined()
    expect(() => tail.advance(400, 10)).toThrow(AssertionFailed)
  })

  it('forgets what is cut off', () => {
    const tail = new LogTail(128 * KIB)
    tail.advance(0, 10)
    put(tail, 'one')
    tail.advance(3, 10)
    put(tail, 'two')
    tail.truncate(5)
    expect(read(tail, 3, 2)).toBe('tw')
    expect(read(tail, 3, 3)).toBeUndefined()
    tail.truncate(3)
    expect(read(tail, 0, 3)).toBe('one')
    expect(tail.fits(3, 1)).toBe(true)
    tail.truncate(0)
    expect(tail.start).toBe(Number.POSITIVE_INFINITY)
  })
})

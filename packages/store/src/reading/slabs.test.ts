import { describe, expect, it } from 'vitest'
import { type Piece, Slabs } from './slabs.js'

const KIBIBYTE = 1024

function borrow(slabs: Slabs, count: number, bytes = 100 * KIBIBYTE): Piece[] {
  return Array.from({ length: count }, () => slabs.take(bytes, true))
}

const release = (pieces: readonly Piece[]) => {
  for (const piece of pieces) piece.release!()
}

const memoryOf = (pieces: readonly Piece[]) => new Set(pieces.map(({ buffer }) => buffer.buffer))

describe('Slabs', () => {
  it('gives every piece to one reader', () => {
    const slabs = new Slabs()
    const pieces = borrow(slabs, 50)
    for (const [index, { buffer }] of pieces.entries()) buffer.fill(index)
    for (const [index, { buffer }] of pieces.entries()) expect([...new Set(buffer)]).toEqual([index])
    expect(memoryOf(pieces).size).toBe(5)
  })

  it('allocates nothing while as many pieces come back as are borrowed', () => {
    const slabs = new Slabs()
    const underWay = borrow(slabs, 25)
    const memory = memoryOf(underWay)
    expect(memory.size).toBe(3)
    for (let round = 0; round < 1_000; round++) {
      underWay.shift()!.release!()
      underWay.push(...borrow(slabs, 1))
    }
    // The slab that is begun while the oldest one is not free yet is the fourth.
    expect(new Set([...memory, ...memoryOf(underWay)]).size).toBeLessThanOrEqual(4)
  })

  it('uses the same bytes for one reader after the other', () => {
    const slabs = new Slabs()
    const [first] = borrow(slabs, 1)
    first!.release!()
    const [second] = borrow(slabs, 1)
    expect(second!.buffer.byteOffset).toBe(first!.buffer.byteOffset)
    expect(second!.buffer.buffer === first!.buffer.buffer).toBe(true)
  })

  it('leaves a slab alone as long as one of its pieces is out', () => {
    const slabs = new Slabs()
    const [slow, ...others] = borrow(slabs, 10)
    slow!.buffer.fill(1)
    release(others)
    for (let round = 0; round < 100; round++) {
      const pieces = borrow(slabs, 3)
      for (const { buffer } of pieces) buffer.fill(2)
      release(pieces)
    }
    expect([...new Set(slow!.buffer)]).toEqual([1])
  })

  it('never uses memory again that was given away', () => {
    const slabs = new Slabs()
    const given = Array.from({ length: 20 }, () => slabs.take(KIBIBYTE))
    expect(given.every((piece) => piece.release === undefined)).toBe(true)
    expect(memoryOf(given).size).toBe(1)
    const lent = borrow(slabs, 30)
    release(lent)
    expect([...memoryOf(borrow(slabs, 30))].some((memory) => memoryOf(given).has(memory))).toBe(false)
  })

  it('keeps a bounded number of slabs for later', () => {
    const slabs = new Slabs()
    const many = borrow(slabs, 300)
    const memory = memoryOf(many)
    expect(memory.size).toBe(30)
    release(many)
    const again = [...memoryOf(borrow(slabs, 300))]
    expect(again.filter((each) => memory.has(each))).toHaveLength(17)
  })

  it('makes memory of its own for a large piece', () => {
    const { buffer, release } = new Slabs().take(300 * KIBIBYTE, true)
    expect(buffer.buffer.byteLength).toBe(300 * KIBIBYTE)
    expect(release).toBeUndefined()
  })

  it('notices a piece that comes back twice', () => {
    const [piece] = borrow(new Slabs(), 1)
    piece!.release!()
    expect(() => piece!.release!()).toThrow('given back twice')
  })
})

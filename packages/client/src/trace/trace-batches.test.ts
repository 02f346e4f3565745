import { describe, expect, it } from 'vitest'
import { BATCH_BYTES_MAX, BATCH_KEYS_BYTES_MAX, type EncodedEntry, TraceBatches } from './trace-batches.js'

const entry = (topic: string, data: string, keys: readonly string[] = [data]): EncodedEntry => ({
  topic,
  data,
  bytes: Buffer.byteLength(data),
  keys,
  keysBytes: Buffer.byteLength(keys.join(' ')) + 1,
})

describe('trace batches', () => {
  it('hold entries of one topic each, and the oldest goes first', () => {
    const batches = new TraceBatches()
    for (const [topic, data] of ['a1', 'b1', 'a2', 'c1', 'b2'].map((name) => [name[0]!, name] as const)) {
      batches.add(entry(topic, data))
    }
    expect([batches.entries, batches.bytes]).toEqual([5, 10])
    expect(taken(batches)).toEqual([
      ['a1a2', 'a1', 'a2'],
      ['b1b2', 'b1', 'b2'],
      ['c1', 'c1'],
    ])
    expect([batches.entries, batches.bytes]).toEqual([0, 0])
  })

  it('that were taken get nothing more', () => {
    const batches = new TraceBatches()
    batches.add(entry('a', 'a1'))
    expect(batches.take()!.body).toBe('a1')
    batches.add(entry('a', 'a2'))
    expect(batches.take()!.body).toBe('a2')
  })

  it('are no longer than a trace message may be, in bytes', () => {
    const batches = new TraceBatches()
    const long = '优'.repeat(BATCH_BYTES_MAX / 6)
    for (let i = 0; i < 5; i++) batches.add(entry('a', long, ['k']))
    const bodies = taken(batches).map(([body]) => Buffer.byteLength(body!))
    expect(bodies).toEqual([long.length * 6, long.length * 6, long.length * 3])
    expect(Math.max(...bodies)).toBeLessThanOrEqual(BATCH_BYTES_MAX)
  })

  it('name each key once, and no more than fit into the properties', () => {
    const batches = new TraceBatches()
    const keyOf = (i: number) => `${i}`.padStart(999, 'k')
    for (let i = 0; i < 20; i++) batches.add(entry('a', `${i} `, ['same', keyOf(i)]))
    const [first, second] = taken(batches)
    expect(first!.slice(1)).toEqual(['same', ...Array.from({ length: 16 }, (_, i) => keyOf(i))])
    expect(second!.slice(1)).toEqual(['same', ...Array.from({ length: 4 }, (_, i) => keyOf(i + 16))])
    expect(first!.slice(1).join(' ').length).toBeLessThan(BATCH_KEYS_BYTES_MAX)
  })

  it('leave out keys of one message that are too long, but not its id', () => {
    const batches = new TraceBatches()
    batches.add(entry('a', 'x', ['id', 'k'.repeat(BATCH_KEYS_BYTES_MAX), 'short']))
    expect(taken(batches)).toEqual([['x', 'id', 'short']])
  })
})

/** Body and keys of each batch. */
function taken(batches: TraceBatches): string[][] {
  const all: string[][] = []
  for (let batch = batches.take(); batch; batch = batches.take()) all.push([batch.body, ...batch.keys])
  return all
}

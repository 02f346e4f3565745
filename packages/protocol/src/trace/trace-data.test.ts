import { isRocketeerError } from '@rocketeer/foundation'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { golden } from '../testing/golden-file.js'
import { decodeTraceData, encodeTraceEntry, traceKeysOf } from './trace-data.js'
import type { PubTrace, SubBeforeTrace, TraceEntry } from './trace-entry.js'

const entries = golden.traces.flatMap((sample) => sample.entries)
const all = Buffer.concat(golden.traces.map(({ hex }) => Buffer.from(hex, 'hex')))
const pub = entries.find((entry) => entry.type === 'Pub') as PubTrace
const before = entries.find((entry) => entry.type === 'SubBefore') as SubBeforeTrace

describe('trace data', () => {
  it('of Apache 5.5.0 has every type', () => {
    expect(new Set(entries.map((entry) => entry.type))).toEqual(
      new Set(['Pub', 'SubBefore', 'SubAfter', 'EndTransaction', 'Recall']),
    )
  })

  it.each(golden.traces)('of Apache 5.5.0 is decoded and encoded to the same bytes: $entries', (sample) => {
    const bytes = Buffer.from(sample.hex, 'hex')
    expect(decodeTraceData(bytes)).toEqual(sample.entries)
    expect(Buffer.from(sample.entries.map(encodeTraceEntry).join('')).toString('hex')).toBe(sample.hex)
    expect([...new Set(sample.entries.flatMap(traceKeysOf))].sort()).toEqual(sample.keys)
  })

  it('is any number of entries', () => {
    expect(decodeTraceData(all)).toEqual(entries)
    expect(decodeTraceData(Buffer.alloc(0))).toEqual([])
  })

  it('of older clients lacks fields', () => {
    const fields = ['Pub', 1, 'r', 'g', 't', 'm', 'null', '', 'h:1', 5, 6, 0, 'true']
    const withHost = [...fields.slice(0, -1), 'offset', 'false', '10.0.0.1']
    const after = ['SubAfter', 'request', 'm', 3, 'true', 'k']
    expect(decodeTraceData(lines(fields, withHost, after, [...after, 4], [...after, 4, '']))).toMatchObject([
      { type: 'Pub', msgId: 'm', offsetMsgId: '', success: true },
      { type: 'Pub', msgId: 'm', offsetMsgId: 'offset', success: false },
      { type: 'SubAfter', keys: 'k', success: true },
      { type: 'SubAfter', contextCode: 4 },
      { type: 'SubAfter', contextCode: 4 },
    ])
    expect(decodeTraceData(lines(after, [...after, 4, ''])).map((entry) => 'timeStamp' in entry)).toEqual([
      false,
      false,
    ])
  })

  it('of later types is skipped', () => {
    expect(decodeTraceData(lines(['Acked', 1], ['constructor'], ['']))).toEqual([])
  })

  it('with impossible values is refused', () => {
    const good = encodeTraceEntry(pub).slice(0, -1).split('\u0001')
    for (const [at, value] of [
      [1, 'yesterday'],
      [1, ''],
      [1, '9'.repeat(16)],
      [9, 'long'],
      [11, '5'],
      [11, '-1'],
    ] as const) {
      expect(() => decodeTraceData(lines(good.with(at, value)))).toThrowError(expect.toSatisfy(isMalformed))
    }
    for (let length = 1; length < good.length - 1; length++) {
      expect(() => decodeTraceData(lines(good.slice(0, length)))).toThrowError(expect.toSatisfy(isMalformed))
    }
  })

  it('cut short anywhere is decoded or refused', () => {
    for (let length = 0; length < all.length; length++) {
      try {
        expect(decodeTraceData(all.subarray(0, length)).length).toBeLessThanOrEqual(entries.length)
      } catch (error) {
        expect(error).toSatisfy(isMalformed)
      }
    }
  })

  it('is read back whatever characters the keys have', () => {
    const keys = fc.string({ unit: fc.constantFrom('a', ' ', '\u0001', '\u0002', '优'), maxLength: 8 })
    fc.assert(
      fc.property(keys, (text) => {
        const entry: TraceEntry = { ...before, keys: text }
        const [decoded, next] = decodeTraceData(Buffer.from(encodeTraceEntry(entry) + encodeTraceEntry(pub)))
        expect(decoded).toMatchObject({ msgId: before.msgId, retryTimes: before.retryTimes })
        expect(next).toEqual(pub)
        for (const key of traceKeysOf(entry)) expect(key).toMatch(/^[a优]+$|^A1$/)
      }),
    )
  })
})

function lines(...entryFields: readonly (readonly (string | number)[])[]): Buffer {
  return Buffer.from(entryFields.map((fields) => `${fields.join('\u0001')}\u0002`).join(''))
}

function isMalformed(error: unknown): boolean {
  return isRocketeerError(error, 'BODY_MALFORMED')
}

import { describe, expect, it } from 'vitest'
import { Histogram } from './histogram.js'

describe('Histogram', () => {
  it('finds percentiles to within 4 %', () => {
    const histogram = new Histogram()
    for (let value = 1; value <= 100_000; value++) histogram.record(value)
    for (const percent of [1, 50, 90, 99, 99.9]) {
      const exact = percent * 1_000
      expect(Math.abs(histogram.percentile(percent) - exact) / exact).toBeLessThan(0.04)
    }
    expect(histogram.percentile(100)).toBe(100_000)
    expect(histogram.total).toBe(100_000)
  })

  it('keeps small values exact', () => {
    const histogram = new Histogram()
    for (const value of [3, 3, 7]) histogram.record(value)
    expect(histogram.percentile(50)).toBe(3)
    expect(histogram.percentile(100)).toBe(7)
  })

  it('says 0 when nothing was recorded and survives values out of range', () => {
    const histogram = new Histogram()
    expect(histogram.percentile(99)).toBe(0)
    histogram.record(-5)
    histogram.record(1e12)
    expect(histogram.percentile(1)).toBe(0)
    expect(histogram.percentile(100)).toBe(2 ** 31 - 1)
  })
})

import { describe, expect, it } from 'vitest'
import { formatTable } from './report.js'
import type { LoadResult } from './run-load.js'
import { scenarios } from './scenario.js'

const result: LoadResult = {
  messages: 200_000,
  messagesPerSecond: 100_000,
  p50Ms: 0.5,
  p99Ms: 2,
  p999Ms: 4,
  errors: {},
  brokerCpuMicrosPerMessage: 10,
  brokerResidentBytes: 150e6,
  loadCpuPercent: 12,
}
const scenario = scenarios[0]!

describe('formatTable', () => {
  it('puts the ratio under the second broker of a load', () => {
    const theirs = { ...result, messagesPerSecond: 50_000, p99Ms: 8, brokerCpuMicrosPerMessage: 20 }
    const lines = formatTable([
      { target: 'apache', scenario, result: theirs },
      { target: 'rocketeer', scenario, result },
    ]).split('\n')
    expect(lines.length).toBe(4)
    expect(lines[1]).toMatch(/1 × 64, 1 KiB, binary +apache +50,000/)
    expect(lines[3]).toMatch(/rocketeer \/ apache +× 2\.00 +× 1\.00 +× 0\.25 +× 1\.00 +× 0\.50 +× 1\.00/)
  })

  it('says n/a where a broker runs elsewhere, and shows errors', () => {
    const unknown = { ...result, brokerCpuMicrosPerMessage: undefined, brokerResidentBytes: undefined }
    const errors = { SYSTEM_BUSY: 3 }
    const [, line] = formatTable([{ target: 'x', scenario, result: { ...unknown, errors } }]).split('\n')
    expect(line?.match(/n\/a/g)?.length).toBe(2)
    expect(line).toContain('3 × SYSTEM_BUSY')
  })
})

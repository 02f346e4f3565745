import { readFileSync } from 'node:fs'

/** What a process used so far. Linux only: elsewhere there is no /proc, and the tables say n/a. */
export interface ProcessUsage {
  /** User and system time. */
  readonly cpuMicroseconds: number
  readonly residentBytes: number
}

/** USER_HZ: /proc counts CPU time in hundredths of a second on every Linux of today. */
const MICROSECONDS_PER_TICK = 10_000

export function processUsage(pid: number | undefined): ProcessUsage | undefined {
  if (pid === undefined) return undefined
  try {
    // The name in parentheses may contain spaces; what follows it does not.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const ticks = Number(fields[11]) + Number(fields[12])
    const resident = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    return {
      cpuMicroseconds: ticks * MICROSECONDS_PER_TICK,
      residentBytes: Number(resident?.[1] ?? 0) * 1024,
    }
  } catch {
    return undefined
  }
}

import type { LoadResult } from './run-load.js'
import { describeScenario, type Scenario } from './scenario.js'

/** One load on one broker. */
export interface Row {
  readonly target: string
  readonly scenario: Scenario
  readonly result: LoadResult
}

const HEADINGS = [
  'load',
  'broker',
  'msg/s',
  'p50 ms',
  'p99 ms',
  'p99.9 ms',
  'CPU µs/msg',
  'RSS MB',
  'load CPU',
]

/** A table of all rows; with two brokers, a line of ratios (ours to theirs) under each load. */
export function formatTable(rows: readonly Row[]): string {
  const lines = [HEADINGS]
  for (const [index, row] of rows.entries()) {
    lines.push(cellsOf(row))
    const previous = rows[index - 1]
    if (previous?.scenario === row.scenario)
      lines.push(ratioCells(row.result, previous.result, row, previous))
  }
  return align(lines)
}

function cellsOf({ target, scenario, result }: Row): string[] {
  const errors = Object.entries(result.errors).map(([name, count]) => `${count} × ${name}`)
  return [
    describeScenario(scenario),
    target,
    Math.round(result.messagesPerSecond).toLocaleString('en-US'),
    result.p50Ms.toFixed(2),
    result.p99Ms.toFixed(2),
    result.p999Ms.toFixed(2),
    result.brokerCpuMicrosPerMessage?.toFixed(1) ?? 'n/a',
    result.brokerResidentBytes === undefined ? 'n/a' : (result.brokerResidentBytes / 1e6).toFixed(0),
    `${result.loadCpuPercent.toFixed(0)} %`,
    ...errors,
  ]
}

function ratioCells(ours: LoadResult, theirs: LoadResult, row: Row, previous: Row): string[] {
  const ratio = (a: number | undefined, b: number | undefined) =>
    a === undefined || b === undefined || b === 0 ? 'n/a' : `× ${(a / b).toFixed(2)}`
  return [
    '',
    `${row.target} / ${previous.target}`,
    ratio(ours.messagesPerSecond, theirs.messagesPerSecond),
    ratio(ours.p50Ms, theirs.p50Ms),
    ratio(ours.p99Ms, theirs.p99Ms),
    ratio(ours.p999Ms, theirs.p999Ms),
    ratio(ours.brokerCpuMicrosPerMessage, theirs.brokerCpuMicrosPerMessage),
    ratio(ours.brokerResidentBytes, theirs.brokerResidentBytes),
    '',
  ]
}

/** The first two columns to the left, numbers to the right. */
function align(lines: readonly string[][]): string {
  const widths = HEADINGS.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)))
  return lines
    .map((cells) =>
      cells
        .map((cell, column) =>
          column < 2 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

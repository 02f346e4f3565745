import { type BenchOptions, HELP, parseCommandLine, UsageError } from './command-line.js'
import { findBroker } from './find-broker.js'
import { formatTable, type Row } from './report.js'
import { runLoad } from './run-load.js'
import { describeScenario, type FlushMode, type Scenario } from './scenario.js'
import { startTarget, type Target, type TargetName } from './target.js'

/** Each Apache broker runs under load for this time before the first row, since a JVM compiles its hot paths for a while. */
const JVM_WARMUP_SECONDS = 10

/** Our broker is at its full speed sooner. */
const NODE_WARMUP_SECONDS = 3

interface Report {
  readonly rows: Row[]
  /** Milliseconds from the start of each broker to its first connection, by `name, flush mode`. */
  readonly startMs: Record<string, number>
}

async function main(): Promise<void> {
  const options = parseCommandLine(process.argv.slice(2))
  if (options === undefined) {
    process.stdout.write(HELP)
    return
  }
  const report: Report = { rows: [], startMs: {} }
  if (options.broker !== undefined || options.nameserver !== undefined) await driveRunning(options, report)
  else for (const flush of ['async', 'sync'] as const) await driveOwn(options, flush, report)
  print(options, report)
}

/** Runs the loads on a broker that runs already. */
async function driveRunning(options: BenchOptions, report: Report): Promise<void> {
  const address = options.broker ?? (await findBroker(options.nameserver!, options.topic))
  const target = { name: address, address, pid: options.pid, startMs: undefined, close: async () => {} }
  for (const scenario of options.scenarios) await drive([target], scenario, options, report)
}

/** Runs the loads of one flush mode on brokers started for them, side by side, so that each load meets both in turn. */
async function driveOwn(options: BenchOptions, flush: FlushMode, report: Report): Promise<void> {
  const wanted = options.scenarios.filter((scenario) => scenario.flush === flush)
  if (wanted.length === 0) return
  const targets: Target[] = []
  const stop = async () => {
    for (const target of targets) await target.close()
  }
  const onSignal = () => stop().finally(() => process.exit(130))
  process.once('SIGINT', onSignal)
  process.once('SIGTERM', onSignal)
  try {
    for (const name of targetNames(options)) targets.push(await startAndWarm(name, flush, options, report))
    for (const scenario of wanted) await drive(targets, scenario, options, report)
  } finally {
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
    await stop()
  }
}

/** Ours comes last: its rows carry the ratio to the one before. */
function targetNames({ only, against }: BenchOptions): TargetName[] {
  if (only !== undefined) return [only]
  return against === 'apache' ? ['apache', 'rocketeer'] : ['rocketeer']
}

async function startAndWarm(
  name: TargetName,
  flush: FlushMode,
  options: BenchOptions,
  report: Report,
): Promise<Target> {
  progress(`starting ${name} (${flush} flush) …`)
  const { profileDirectory } = options
  const target = await startTarget(name, { flush, profileDirectory })
  if (target.startMs !== undefined) report.startMs[`${name}, ${flush} flush`] = Math.round(target.startMs)
  const warmupSeconds = name === 'apache' ? JVM_WARMUP_SECONDS : NODE_WARMUP_SECONDS
  progress(`${name} is up after ${Math.round(target.startMs ?? 0)} ms; warming it for ${warmupSeconds} s …`)
  const usual = options.scenarios.find((scenario) => scenario.flush === flush)!
  await runLoad(usual, { ...loadOptions(options, target), warmupSeconds, seconds: 1 }).catch(
    async (error) => {
      await target.close()
      throw error
    },
  )
  return target
}

async function drive(
  targets: readonly Target[],
  scenario: Scenario,
  options: BenchOptions,
  report: Report,
): Promise<void> {
  for (const target of targets) {
    progress(`${describeScenario(scenario)} on ${target.name} …`)
    const result = await runLoad(scenario, loadOptions(options, target))
    report.rows.push({ target: target.name, scenario, result })
  }
}

function loadOptions({ topic, warmupSeconds, seconds }: BenchOptions, target: Target) {
  return { address: target.address, pid: target.pid, topic, warmupSeconds, seconds }
}

function print(options: BenchOptions, report: Report): void {
  if (options.json) {
    const rows = report.rows.map(({ target, scenario, result }) => ({ target, ...scenario, ...result }))
    process.stdout.write(`${JSON.stringify({ startMs: report.startMs, rows }, undefined, 2)}\n`)
    return
  }
  process.stdout.write(`\n${formatTable(report.rows)}\n\n`)
  for (const [name, milliseconds] of Object.entries(report.startMs)) {
    process.stdout.write(`start of ${name}: ${milliseconds} ms\n`)
  }
}

/** On standard error, so that a pipe gets nothing but the results. */
function progress(text: string): void {
  process.stderr.write(`${text}\n`)
}

try {
  await main()
} catch (error) {
  process.stderr.write(`bench: ${(error as Error).message}\n`)
  process.exitCode = error instanceof UsageError ? 2 : 1
}

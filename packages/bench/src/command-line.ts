import { parseArgs } from 'node:util'
import { type Scenario, scenarios } from './scenario.js'
import type { TargetName } from './target.js'

export interface BenchOptions {
  /** A broker that runs already, or the nameserver that knows one; neither: Rocketeer is started. */
  readonly broker: string | undefined
  readonly nameserver: string | undefined
  readonly pid: number | undefined
  readonly against: TargetName | undefined
  readonly only: TargetName | undefined
  readonly scenarios: readonly Scenario[]
  readonly topic: string
  readonly seconds: number
  readonly warmupSeconds: number
  readonly profileDirectory: string | undefined
  readonly json: boolean
}

export class UsageError extends Error {}

export const HELP = `Drives a RocketMQ broker over the wire and measures it.

usage: npm run bench -- [options]

What to drive (nothing given: a Rocketeer of its own, on free ports and a temporary directory)
  --against apache        start Rocketeer and Apache RocketMQ 5.5 (Java and Maven needed) and compare
  --only rocketeer|apache start this one alone
  --broker host:port      a broker that runs already; --pid says which process is its own
  --nameserver host:port  the same, found through its nameserver
  --pid number            process whose CPU time and memory are shown (Linux)

Which load
  --scenario name         one of those below; may be given several times (default: all of them)
  --mode send|pull        an own load instead, together with:
  --connections number    1
  --in-flight number      requests under way on each connection, 64
  --kind normal|delayed|timed|transaction
                          what is sent, normal
  --filter tag|sql        what is pulled by, tag
  --body bytes            of each message, 1024
  --header json|binary    serialization of the request headers, binary
  --flush-mode async|sync how the broker started for it flushes, async
  --fill number           messages sent before pulling, which are then read again and again, 10000

How
  --seconds number        measured, 10
  --warmup number         seconds before that, 3
  --topic name            made on demand, bench
  --cpu-prof directory    write a CPU profile of Rocketeer there
  --json                  print results as JSON
  --help

Scenarios
  ${namesInLines()}

Examples
  npm run bench -- --against apache
  npm run bench -- --against apache --scenario 1x64 --scenario 64x1 --seconds 5
  npm run bench -- --mode send --connections 8 --in-flight 32 --body 4096
  npm run bench -- --nameserver 127.0.0.1:9876 --scenario pull --json
  npm run bench -- --scenario 1x64 --cpu-prof profiles
`

/** In lines of a terminal's width. */
function namesInLines(): string {
  return scenarios
    .map(({ name }) => name)
    .join('  ')
    .replace(/(.{1,76})(?: {2}|$)/g, '$1\n  ')
    .trimEnd()
}

const flags = {
  against: { type: 'string' },
  only: { type: 'string' },
  broker: { type: 'string' },
  nameserver: { type: 'string' },
  pid: { type: 'string' },
  scenario: { type: 'string', multiple: true },
  mode: { type: 'string' },
  kind: { type: 'string' },
  filter: { type: 'string' },
  connections: { type: 'string' },
  'in-flight': { type: 'string' },
  body: { type: 'string' },
  header: { type: 'string' },
  'flush-mode': { type: 'string' },
  seconds: { type: 'string' },
  warmup: { type: 'string' },
  topic: { type: 'string' },
  fill: { type: 'string' },
  'cpu-prof': { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const

type Values = ReturnType<typeof parseValues>

/** Returns undefined when help is asked for; throws `UsageError`. */
export function parseCommandLine(args: readonly string[]): BenchOptions | undefined {
  const values = parseValues(args)
  if (values.help) return undefined
  if ((values.broker || values.nameserver) && (values.against || values.only)) {
    throw new UsageError('--broker and --nameserver name a broker that runs; leave --against and --only out')
  }
  return {
    broker: values.broker,
    nameserver: values.nameserver,
    pid: values.pid === undefined ? undefined : whole('--pid', values.pid, 1),
    against: oneOf('--against', values.against, ['rocketeer', 'apache']),
    only: oneOf('--only', values.only, ['rocketeer', 'apache']),
    scenarios: chosenScenarios(values),
    topic: values.topic ?? 'bench',
    seconds: whole('--seconds', values.seconds ?? '10', 1),
    warmupSeconds: whole('--warmup', values.warmup ?? '3', 0),
    profileDirectory: values['cpu-prof'],
    json: values.json ?? false,
  }
}

function parseValues(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags, allowPositionals: false }).values
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

function chosenScenarios(values: Values): readonly Scenario[] {
  if (values.scenario) {
    return values.scenario.map((wanted) => {
      const found = scenarios.find(({ name }) => name === wanted)
      if (found) return found
      throw new UsageError(
        `no scenario "${wanted}"; there are ${scenarios.map(({ name }) => name).join(', ')}`,
      )
    })
  }
  const own = [
    'mode',
    'kind',
    'filter',
    'connections',
    'in-flight',
    'body',
    'header',
    'flush-mode',
    'fill',
  ] as const
  if (own.every((name) => values[name] === undefined)) return scenarios
  const mode = oneOf('--mode', values.mode, ['send', 'pull']) ?? 'send'
  return [
    {
      name: 'own',
      mode,
      kind: oneOf('--kind', values.kind, ['normal', 'delayed', 'timed', 'transaction']) ?? 'normal',
      filter: oneOf('--filter', values.filter, ['tag', 'sql']) ?? 'tag',
      fillMessages: mode === 'send' ? 0 : whole('--fill', values.fill ?? '10000', 1),
      connections: whole('--connections', values.connections ?? '1', 1),
      inFlight: whole('--in-flight', values['in-flight'] ?? '64', 1),
      bodyBytes: whole('--body', values.body ?? '1024', 0),
      header: oneOf('--header', values.header, ['json', 'binary']) ?? 'binary',
      flush: oneOf('--flush-mode', values['flush-mode'], ['async', 'sync']) ?? 'async',
    },
  ]
}

function oneOf<const Choice extends string>(
  flag: string,
  value: string | undefined,
  choices: readonly Choice[],
): Choice | undefined {
  if (value === undefined) return undefined
  const found = choices.find((choice) => choice === value)
  if (found === undefined) throw new UsageError(`${flag} is one of ${choices.join(', ')}, not "${value}"`)
  return found
}

function whole(flag: string, value: string, min: number): number {
  const number = Number(value)
  if (Number.isSafeInteger(number) && number >= min) return number
  throw new UsageError(`${flag} needs a whole number from ${min}, not "${value}"`)
}

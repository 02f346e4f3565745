import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import { REMEDIES, type Remedy } from './services/service.js'
import { DATABASES, type Databases } from './street/database-servers.js'
import { wounds } from './wounds/all-wounds.js'
import type { Wound } from './wounds/wound.js'

/** What the command line asks for, checked. */
export interface Options {
  readonly wound: Wound
  readonly without?: Remedy | undefined
  readonly orders: number
  readonly rate: number
  readonly seed: number
  readonly speed: number
  readonly databases: Databases
  readonly nameserver?: string | undefined
  readonly report?: string | undefined
  readonly stay: boolean
  readonly json: boolean
}

const ORDERS_MAX = 10_000_000
const RATE_MAX = 10_000

function wholeNumber(most: number): (text: string) => number {
  return (text) => {
    const number = Number(text)
    if (/^\d+$/.test(text) && number >= 1 && number <= most) return number
    throw new InvalidArgumentError(`A whole number from 1 to ${most} is needed.`)
  }
}

function factor(text: string): number {
  const number = Number(text)
  if (text.trim() !== '' && number >= 0.1 && number <= 100) return number
  throw new InvalidArgumentError('A number from 0.1 to 100 is needed.')
}

/** Every scenario with what mends it, for `--help`. */
function scenarioList(): string {
  const rows = [...wounds.values()].map(({ name, title, remedy, without, binlog }) => [
    `  ${name}`,
    `      ${title}.`,
    `      Remedy: ${remedy}.`,
    ...(without.length > 0
      ? [`      Without it: ${without.map((each) => `--without ${each}`).join(' or ')}`]
      : []),
    ...(binlog ? ['      Needs MariaDB (Debian: mariadb-server).'] : []),
  ])
  return ['', 'Scenarios:', ...rows.flat()].join('\n')
}

const EXAMPLES = `
Examples:
  npm run shop
  npm run shop -- --scenario duplicates --without idempotency
  npm run shop -- --scenario cluster-down --orders 2000 --report shop.html
  npm run shop -- --nameserver 127.0.0.1:9876        on a RocketMQ that runs already
  npm run shop -- --stay                             everything stays up until Ctrl-C

Exit codes: 0 when nothing was lost, doubled or out of order, and with --without when the damage appeared;
1 otherwise; 2 when the command line is wrong; 130 after Ctrl-C.`

function program(): Command {
  return new Command('shop')
    .usage('[options]')
    .description(
      'A street of services around a message queue, each a process with a database of its own: what goes wrong there, ' +
        'what mends it, and at the end every paid order against everything it was to get.',
    )
    .addOption(
      new Option('--scenario <name>', 'what goes wrong, one of those below').default('coupon-database-down'),
    )
    .option('--without <remedy>', 'go without a remedy of the scenario, to see the damage')
    .option('--orders <count>', 'how many orders are placed', wholeNumber(ORDERS_MAX), 400)
    .option('--rate <count>', 'how many orders are placed in a second', wholeNumber(RATE_MAX), 40)
    .option('--seed <number>', 'decides everything random', wholeNumber(Number.MAX_SAFE_INTEGER), 1)
    .option('--speed <factor>', 'how much faster than usual everything goes, 0.1 to 100', factor, 1)
    .addOption(
      new Option(
        '--databases <kind>',
        'where coupon, red packet, points and warehouse keep their effects; mixed: each kind, and an inbox in Redis',
      )
        .choices([...DATABASES])
        .default('sqlite'),
    )
    .option(
      '--nameserver <address>',
      'play on this RocketMQ cluster, host:port[;host:port], instead of one of our own',
    )
    .option('--report <file>', 'write a page with charts and the final table, for a browser')
    .option('--stay', 'keep everything up after the final table, until Ctrl-C', false)
    .option('--json', 'print what it came to as one object in the last line', false)
    .addHelpText('after', () => `${scenarioList()}\n${EXAMPLES}`)
    .allowExcessArguments(false)
    .exitOverride()
}

/** Reads the command line. Prints what is wrong with it and throws commander's error, as it does after `--help`. */
export async function readCommandLine(args: readonly string[]): Promise<Options> {
  const command = program()
  const given = command
    .parse(args, { from: 'user' })
    .opts<Omit<Options, 'wound'> & { readonly scenario: string }>()
  const wound = wounds.get(given.scenario)
  if (!wound)
    return command.error(
      `error: there is no scenario "${given.scenario}", but ${[...wounds.keys()].join(', ')}`,
    )
  const { without, report } = given
  if (without !== undefined && !REMEDIES.includes(without))
    return command.error(`error: there is no remedy "${without}", but ${REMEDIES.join(', ')}`)
  if (without !== undefined && !wound.without.includes(without))
    return command.error(
      `error: the scenario "${wound.name}" ${
        wound.without.length === 0
          ? 'has no twin without a remedy'
          : `is not mended by "${without}" but by ${wound.without.join(' and ')}`
      }`,
    )
  if (given.nameserver !== undefined && wound.needsOwnCluster)
    return command.error(
      `error: "${wound.name}" kills the cluster, so it needs one of its own: leave out --nameserver`,
    )
  if (report !== undefined) {
    const reason = await whyNotWritable(report)
    if (reason !== undefined) return command.error(`error: --report ${report} cannot be written: ${reason}`)
  }
  return { ...given, wound }
}

/** Asked before the play: who has watched for a minute wants the page. */
async function whyNotWritable(file: string): Promise<string | undefined> {
  try {
    const found = await stat(file).catch(() => undefined)
    if (found?.isDirectory()) return 'it is a folder'
    await access(found ? file : dirname(resolve(file)), constants.W_OK)
    return undefined
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code === 'ENOENT' ? 'its folder does not exist' : (code ?? String(error))
  }
}

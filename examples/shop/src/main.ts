import { messageOf } from '@rocketeer/foundation'
import { Command, InvalidArgumentError, Option } from 'commander'
import { type Play, play } from './play.js'
import { REMEDIES, type Remedy } from './services/service.js'
import { pc } from './story/colors.js'
import { lifeOf, report, verdict } from './story/report.js'
import { wounds } from './wounds/all-wounds.js'
import type { Wound } from './wounds/wound.js'

interface CommandLine {
  readonly scenario: string
  readonly without?: Remedy
  readonly orders: number
  readonly seed: number
  readonly speed: number
  readonly nameserver?: string
  readonly json?: boolean
}

function count(text: string): number {
  const number = Number(text)
  if (Number.isSafeInteger(number) && number >= 1) return number
  throw new InvalidArgumentError('a whole number from 1 is needed.')
}

function speed(text: string): number {
  const number = Number(text)
  if (number >= 0.1 && number <= 100) return number
  throw new InvalidArgumentError('a number from 0.1 to 100 is needed.')
}

function commandLine(): Command {
  return new Command('shop')
    .description('A street of services around a message queue: what goes wrong in it, and what mends it.')
    .addOption(
      new Option('--scenario <name>', 'what goes wrong')
        .choices([...wounds.keys()])
        .default('coupon-database-down'),
    )
    .addOption(new Option('--without <remedy>', 'go without a remedy, to see the damage').choices(REMEDIES))
    .option('--orders <count>', 'how many orders are placed', count, 400)
    .option('--seed <number>', 'of everything random', count, 1)
    .option('--speed <factor>', 'how much faster than usual', speed, 1)
    .option('--nameserver <address>', 'use this RocketMQ cluster instead of one of our own')
    .option('--json', 'print one object as the last line')
}

function print({ outcome, books, ledger }: Play, wound: Wound): void {
  process.stdout.write(`\n${report(books)}\n`)
  const unlucky = ledger.unluckiest()
  if (unlucky) process.stdout.write(`${lifeOf(unlucky)}\n`)
  process.stdout.write(`${wound.title}. ${verdict(outcome)}\n`)
}

/** 0 when nothing was lost, doubled or out of order; without the remedy, when the damage appeared. */
function exitCode({ outcome, books }: Play, wound: Wound): number {
  if (!outcome.remedy) return wound.isDamaged(books) ? 0 : 1
  return outcome.lost + outcome.doubled + outcome.outOfOrder === 0 ? 0 : 1
}

async function run(options: CommandLine): Promise<void> {
  const wound = wounds.get(options.scenario)!
  const { without, orders, seed, speed: factor, nameserver: nameservers } = options
  if (without !== undefined && !wound.without.includes(without))
    throw new Error(`"${wound.name}" is not mended by "${without}" but by ${wound.without.join(', ')}`)
  const played = await play(wound, { without, orders, seed, speed: factor, nameservers })
  print(played, wound)
  if (without !== undefined) {
    const appeared = wound.isDamaged(played.books)
    process.stdout.write(
      appeared
        ? pc.yellow(`Without ${without} the damage is there, as it was to be shown.\n`)
        : pc.red(`Without ${without} no damage appeared.\n`),
    )
  }
  if (options.json) process.stdout.write(`${JSON.stringify(played.outcome)}\n`)
  process.exitCode = exitCode(played, wound)
}

try {
  await run(commandLine().parse().opts<CommandLine>())
} catch (error) {
  process.stderr.write(`${pc.red('shop:')} ${messageOf(error)}\n`)
  process.exitCode = 1
}

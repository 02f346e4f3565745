import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { messageOf } from '@rocketeer/foundation'
import { CommanderError } from 'commander'
import { type Options, readCommandLine } from './command-line.js'
import { page } from './page/page.js'
import { type Play, play, remedyText } from './play.js'
import { pc } from './story/colors.js'
import { addressesOf } from './story/commands.js'
import { examplesIn, report, verdict } from './story/report.js'
import { lifeText } from './story/unlucky-orders.js'
import type { Street } from './street/street.js'

const EXIT_CODE_USAGE = 2

function print({ outcome, books, ledger }: Play, { wound, without }: Options): void {
  const lines = ['', report(books), ...examplesIn(books)]
  const unlucky = ledger.unluckiest
  // On a terminal it stands in the picture, a few lines above.
  if (unlucky && !process.stdout.isTTY) lines.push(lifeText(unlucky, ledger.retriesMax))
  lines.push(`${wound.title}.`, verdict(outcome))
  if (without !== undefined) {
    lines.push(
      wound.isDamaged(books)
        ? pc.magenta(`Without ${without} the damage is there, as it was to be shown.`)
        : pc.red(`Without ${without} no damage appeared.`),
    )
  }
  process.stdout.write(`${lines.join('\n')}\n`)
}

/** 0 when nothing was lost, doubled or out of order; without the remedy, when the damage appeared. */
function exitCode({ outcome, books }: Play, { wound }: Options): number {
  if (!outcome.remedy) return wound.isDamaged(books) ? 0 : 1
  return outcome.lost + outcome.doubled + outcome.outOfOrder === 0 ? 0 : 1
}

async function writeReport(
  file: string,
  { outcome, books, ledger, timeline, retrySeconds }: Play,
  options: Options,
): Promise<void> {
  const { wound, without } = options
  const html = await page({
    title: wound.title,
    remedy: remedyText(wound, without),
    command: ['npm run shop --', ...process.argv.slice(2)].join(' '),
    outcome,
    books,
    timeline,
    absences: ledger.absences,
    retrySeconds,
    unlucky: ledger.unluckiest && lifeText(ledger.unluckiest, ledger.retriesMax),
  })
  await writeFile(file, html)
  process.stdout.write(`The report is in ${file}.\n`)
}

/** Starts the services again, for whoever wants to look around, until Ctrl-C. */
async function stay(street: Street, ledger: Play['ledger']): Promise<void> {
  const left = once(process, 'SIGINT')
  await street.startServices()
  const order = ledger.unluckiest?.order ?? [...ledger.paid][0] ?? 'order-000000'
  process.stdout.write(`\nEverything stays up until Ctrl-C:\n${addressesOf(street, order)}\n`)
  await left
}

async function run(options: Options): Promise<void> {
  const { wound, nameserver: nameservers } = options
  await play(wound, { ...options, nameservers }, async (played, street) => {
    process.exitCode = exitCode(played, options)
    print(played, options)
    if (options.report !== undefined) await writeReport(options.report, played, options)
    if (options.stay) await stay(street, played.ledger)
    if (options.json) process.stdout.write(`${JSON.stringify(played.outcome)}\n`)
  })
}

try {
  await run(await readCommandLine(process.argv.slice(2)))
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : EXIT_CODE_USAGE
  } else {
    process.stderr.write(`${pc.red('shop:')} ${messageOf(error)}\n`)
    process.exitCode = 1
  }
}

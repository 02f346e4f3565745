import { isRocketeerError, messageOf } from '@rocketeer/foundation'
import type { Command } from 'commander'
import { warnOfMissing } from '../failure.js'
import { printJson, printLine, warn } from '../output.js'
import { parseCount } from '../parse.js'
import { Progress } from '../progress.js'
import { addClusterFlags, type ClusterFlags, Stop, withClient } from '../session.js'
import { checkJournal } from './journal-known.js'

interface DeliverFlags extends ClusterFlags {
  setAside?: boolean
  rate?: number
}

export function addDeliver(journal: Command): void {
  addClusterFlags(journal.command('deliver').description('deliver a journal whose process does not run'))
    .argument('<path>', 'directory of the journal')
    .option('--set-aside', 'also what was set aside, because brokers refused it')
    .option('--rate <n>', 'messages per second at most', parseCount)
    .addHelpText(
      'after',
      `
In order, with the message ids they have. Waits while no broker takes messages; Ctrl-C stops, and what is left stays in
the journal.

Example:
  rocketeer journal deliver ./journal --nameservers 10.0.0.5:9876`,
    )
    .action((path: string, flags: DeliverFlags) => deliver(path, flags))
}

async function deliver(path: string, flags: DeliverFlags): Promise<void> {
  checkJournal(path)
  const stop = new Stop()
  let refused = 0
  let left = 0
  let total = 0
  await withClient(flags, async (client) => {
    const deliveriesPerSecondMax = flags.rate ?? Number.POSITIVE_INFINITY
    await using producer = client.producer({ journal: { directory: path, deliveriesPerSecondMax } })
    const { journal } = producer
    producer.on('problem', (error) => {
      if (isRocketeerError(error, 'JOURNAL_SET_ASIDE')) refused++
      if (!isRocketeerError(error, 'JOURNAL_NOT_EMPTY')) warn('problem', messageOf(error))
    })
    await journal.ready
    if (flags.setAside) await journal.retrySetAside()
    total = journal.status.messages
    const progress = new Progress()
    const shown = setInterval(() => progress.update(`${total - journal.status.messages} of ${total}`), 200)
    try {
      await journal.drained({ signal: stop.signal }).catch((error: unknown) => {
        if (!stop.signal.aborted) throw error
      })
    } finally {
      clearInterval(shown)
      progress.done()
    }
    left = journal.status.messages
  })
  const delivered = total - left - refused
  if (flags.json) printJson({ delivered, setAside: refused, left })
  else printLine(`${delivered} delivered, ${refused} set aside, ${left} left`)
  if (refused > 0) warnOfMissing('set aside', `see \`rocketeer journal list ${path} --set-aside\``)
  stop.throwIfInterrupted()
}

import type { JournaledMessage } from '@rocketeer/client'
import type { Command } from 'commander'
import { addConfirmFlags, type ConfirmFlags, confirm } from '../confirm.js'
import { UsageError } from '../failure.js'
import { journaledJson } from '../journal-output.js'
import { formatCount, printJson, printLine } from '../output.js'
import { checkJournal } from './journal-known.js'

interface DropFlags extends ConfirmFlags {
  all?: boolean
  setAside?: boolean
  reason: string
  json?: boolean
}

export function addDrop(journal: Command): void {
  addConfirmFlags(
    journal.command('drop').description('drop messages from a journal whose process does not run'),
  )
    .argument('<path>', 'directory of the journal')
    .argument('[ids...]', 'message ids, as list shows them')
    .option('--set-aside', 'everything that was set aside')
    .option('--all', 'everything')
    .requiredOption('--reason <text>', 'why; kept with the messages in dropped.jsonl')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Nobody gets them then. The file dropped.jsonl in the journal keeps a line each, with the body. A batch is dropped as a
whole.

Example:
  rocketeer journal drop ./journal --set-aside --reason 'sent by hand' --dry-run`,
    )
    .action((path: string, ids: string[], flags: DropFlags) => drop(path, ids, flags))
}

async function drop(path: string, ids: readonly string[], flags: DropFlags): Promise<void> {
  const { dropFromJournal, readJournal } = await import('@rocketeer/client')
  checkJournal(path)
  if (ids.length === 0 && !flags.all && !flags.setAside)
    throw new UsageError('name message ids, or give --set-aside or --all')
  const isMeant = ({ messageId, refusal }: JournaledMessage) =>
    flags.all === true || ids.includes(messageId) || (flags.setAside === true && refusal !== undefined)
  const meant: JournaledMessage[] = []
  for await (const message of readJournal(path)) if (isMeant(message)) meant.push(message)
  const unknown = ids.filter((id) => !meant.some(({ messageId }) => messageId === id))
  if (unknown.length > 0) throw new UsageError(`not in the journal: ${unknown.join(', ')}`)
  const count = formatCount(meant.length, 'message')
  let dropped = meant
  if (!flags.dryRun && meant.length > 0) {
    await confirm(`drop ${count} from the journal ${path}: nobody will get them`, flags)
    dropped = await dropFromJournal(path, { drop: isMeant, reason: flags.reason })
  }
  if (flags.json) printJson(dropped.map(journaledJson))
  else if (flags.dryRun) printLine(`${count} would be dropped`)
  else printLine(`${formatCount(dropped.length, 'message')} dropped`)
}

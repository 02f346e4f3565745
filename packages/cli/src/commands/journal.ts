import type { JournaledMessage } from '@rocketeer/client'
import type { Command } from 'commander'
import { UsageError, warnOfMissing } from '../failure.js'
import { journaledJson, printJournaled, stateOf } from '../journal-output.js'
import { formatCount, formatTime, printJson, printLine, printTable } from '../output.js'
import { addDeliver } from './journal-deliver.js'
import { addDrop } from './journal-drop.js'
import { checkJournal } from './journal-known.js'

/** Flags of commands that look into a journal. */
interface JournalFlags {
  json?: boolean
}

export function addJournal(program: Command): void {
  const journal = program
    .command('journal')
    .description('look into the journal of a producer, deliver it by hand, drop from it')
    .addHelpText(
      'after',
      `
A journal is the directory that a producer was given as "journal". While its process runs, list, show and verify may
show what is delivered already; deliver and drop are refused.

Examples:
  rocketeer journal list ./journal
  rocketeer journal deliver ./journal --nameservers 10.0.0.5:9876`,
    )
  addList(journal)
  addShow(journal)
  addVerify(journal)
  addDeliver(journal)
  addDrop(journal)
}

function addList(journal: Command): void {
  journal
    .command('list')
    .description('list what waits, in order, then what was set aside')
    .argument('<path>', 'directory of the journal')
    .option('--set-aside', 'only what was set aside, because brokers refuse it')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  rocketeer journal list ./journal')
    .action(async (path: string, flags: JournalFlags & { setAside?: boolean }) => {
      const { readJournal } = await import('@rocketeer/client')
      checkJournal(path)
      const messages: JournaledMessage[] = []
      for await (const message of readJournal(path))
        if (!flags.setAside || message.refusal !== undefined) messages.push(message)
      if (flags.json) {
        printJson(messages.map(journaledJson))
        return
      }
      const rows = messages.map((message) => {
        const { journaledAt, topic, keys, orderKey, messageId, body } = message
        return [
          formatTime(journaledAt),
          topic,
          keys.join(' '),
          orderKey,
          messageId,
          body.length,
          stateOf(message),
        ]
      })
      const headings = ['journaled', 'topic', 'keys', 'order key', 'message id', 'bytes', 'state']
      printTable(headings, rows, 'Nothing waits in this journal, and nothing is set aside.', {
        whole: ['journaled', 'message id'],
      })
    })
}

function addShow(journal: Command): void {
  journal
    .command('show')
    .description('show one message with its body')
    .argument('<path>', 'directory of the journal')
    .argument('<id>', 'message id, as list shows it')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  rocketeer journal show ./journal 7F0000010A2F1B6D2C8F5A3E00000001')
    .action(async (path: string, id: string, flags: JournalFlags) => {
      const { readJournal } = await import('@rocketeer/client')
      checkJournal(path)
      for await (const message of readJournal(path)) {
        if (message.messageId !== id) continue
        if (flags.json) printJson(journaledJson(message))
        else printJournaled(message)
        return
      }
      throw new UsageError(
        `there is no message ${id} in the journal "${path}": it was delivered, or it is in another one`,
      )
    })
}

function addVerify(journal: Command): void {
  journal
    .command('verify')
    .description('read every byte, and say what is damaged')
    .argument('<path>', 'directory of the journal')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  rocketeer journal verify ./journal')
    .action(async (path: string, flags: JournalFlags) => {
      const { verifyJournal } = await import('@rocketeer/client')
      checkJournal(path)
      const report = await verifyJournal(path)
      if (flags.json) printJson(report)
      else {
        const { files, bytes, waiting, setAside, delivered, dropped, tornBytes } = report
        printLine(`${formatCount(files, 'file')} with ${formatCount(bytes, 'byte')}`)
        printLine(`${waiting} waiting, ${setAside} set aside, ${delivered} delivered, ${dropped} dropped`)
        if (tornBytes > 0)
          printLine(`${tornBytes} bytes of appends that were not finished and not acknowledged`)
      }
      for (const { path: file, position, bytes } of report.damage)
        warnOfMissing('damaged', `${formatCount(bytes, 'byte')} at ${position} of ${file} are no message`)
    })
}

import { createInterface } from 'node:readline'
import type { Command } from 'commander'
import { CommandFailed, Interrupted, UsageError } from './failure.js'
import { visible } from './visible.js'

/** Flags of commands that delete something, or have groups consume or skip messages. */
export interface ConfirmFlags {
  yes?: boolean
  dryRun?: boolean
}

export function addConfirmFlags(command: Command): Command {
  return command
    .option('-y, --yes', 'do not ask; needed in scripts')
    .option('--dry-run', 'show what would change, and change nothing')
}

/** Somebody who can be asked. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true
}

/**
 * Resolves when the user agrees. `what` completes "This would …". Throws `UsageError` where nobody can be asked, and
 * `CommandFailed` for any answer but yes.
 */
export async function confirm(what: string, { yes }: ConfirmFlags): Promise<void> {
  if (yes) return
  if (!canAsk()) {
    throw new UsageError(
      `this would ${what}. Give --yes to do it without being asked, or --dry-run to see what would change.`,
      'CONFIRMATION_NEEDED',
    )
  }
  process.stderr.write(`This would ${visible(what)}.\n`)
  const answer = await ask('Go on? [y/N] ')
  if (!/^y(es)?$/i.test(answer.trim())) throw new CommandFailed('nothing was changed')
}

/** Ctrl-D counts as an empty answer. */
function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  return new Promise<string>((resolve, reject) => {
    terminal.on('SIGINT', () => {
      process.stderr.write('\n')
      reject(new Interrupted('SIGINT'))
    })
    terminal.on('close', () => resolve(''))
    terminal.question(question, resolve)
  }).finally(() => terminal.close())
}

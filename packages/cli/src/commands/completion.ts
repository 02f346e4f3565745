import type { Client } from '@rocketeer/client'
import { Argument, type Command } from 'commander'
import { type Completion, complete, type NameKind } from '../completion/candidates.js'
import { COMPLETION_SCRIPTS, type Shell } from '../completion/scripts.js'
import { printBytes } from '../output.js'
import { nameserversDefault, withClient } from '../session.js'
import { visible } from '../visible.js'

export function addCompletion(program: Command): void {
  program
    .command('completion')
    .description('print what a shell needs to complete commands, flags and names')
    .addArgument(new Argument('<shell>').choices(Object.keys(COMPLETION_SCRIPTS)))
    .addHelpText(
      'after',
      `
Examples:
  source <(rocketeer completion bash)       in ~/.bashrc
  source <(rocketeer completion zsh)        in ~/.zshrc, behind compinit
  rocketeer completion fish > ~/.config/fish/completions/rocketeer.fish`,
    )
    .action((shell: Shell) => printBytes(Buffer.from(COMPLETION_SCRIPTS[shell])))
  program
    .command('complete', { hidden: true })
    .description('what can stand in the place of the last word; shells ask for it')
    .argument('[words...]')
    .addHelpText('after', '\nExample:\n  rocketeer complete -- topic cr')
    .action((words: string[]) => printCompletion(complete(program, words), words.at(-1) ?? ''))
}

/** A line for each candidate: the word, a tab, what it means. `:files` stands for the files there are. */
async function printCompletion(completion: Completion, last: string): Promise<void> {
  const lines = await linesOf(completion, last)
  if (lines.length > 0) printBytes(Buffer.from(`${lines.join('\n')}\n`))
}

async function linesOf(completion: Completion, last: string): Promise<string[]> {
  if (completion.kind === 'files') return [':files']
  if (completion.kind === 'words')
    return completion.candidates.map(({ value, description }) => `${value}\t${visible(description)}`)
  const names = await namesOf(completion.names, completion.nameservers)
  return names.filter((name) => name.startsWith(last)).map((name) => `${visible(name)}\t${completion.names}`)
}

/** Somebody waits at the keyboard: a cluster that does not answer by then completes nothing. */
const PATIENCE_MS = 1500

async function namesOf(kind: NameKind, asked: string | undefined): Promise<string[]> {
  const nameservers = asked ?? nameserversDefault()
  let names: string[] = []
  const asking = withClient({ nameservers }, async (client) => {
    names = await listed(client, kind)
  }).catch(() => {})
  const patience = setTimeout(() => process.exit(0), PATIENCE_MS)
  await asking
  clearTimeout(patience)
  return names
}

async function listed(client: Client, kind: NameKind): Promise<string[]> {
  const { topics, groups, brokers } = client.admin()
  if (kind === 'topic') return topics.list()
  if (kind === 'group') return (await groups.list()).map(({ groupName }) => groupName)
  return [...new Set((await brokers.list()).map(({ brokerName }) => brokerName))]
}

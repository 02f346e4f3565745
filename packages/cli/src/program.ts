import { Command } from 'commander'
import { addBacklog } from './commands/backlog.js'
import { addBroker } from './commands/broker.js'
import { addCluster } from './commands/cluster.js'
import { addCompletion } from './commands/completion.js'
import { addConsume } from './commands/consume.js'
import { addGroup } from './commands/group.js'
import { addJournal } from './commands/journal.js'
import { addMessage } from './commands/message.js'
import { addMigrate } from './commands/migrate.js'
import { addNameserver } from './commands/nameserver.js'
import { addSend } from './commands/send.js'
import { addStart } from './commands/start.js'
import { addTopic } from './commands/topic.js'
import { EXIT_USAGE, reportError } from './failure.js'
import { terminalColumns } from './output.js'
import { CLI_VERSION } from './version.js'

/** All commands. Each loads its packages when it runs, so that `--help` stays fast. */
export function createProgram(): Command {
  const program = new Command('rocketeer')
    .description('RocketMQ for people who write TypeScript: run it, send, consume, look inside.')
    .version(CLI_VERSION)
    .showSuggestionAfterError()
    .addHelpText(
      'after',
      `
Examples:
  rocketeer start                                   nameserver and broker on ./data
  rocketeer send orders '{"id":1}' --key 1          send one message
  rocketeer consume orders --group billing          print messages as they arrive
  rocketeer group show billing                      how far behind is the group?

Every command has --help. Commands that talk to a cluster take --nameservers host:port[;host:port]
or the environment variable NAMESRV_ADDR; 127.0.0.1:9876 is the default.

Exit codes: 0 done, 1 failed or done in part only, 2 the command line is wrong, 130 interrupted before it was done.
Errors go to stderr, as JSON with --json. ROCKETEER_DEBUG=1 adds where they happened, NO_COLOR=1 takes the colors off.`,
    )
  for (const add of [
    addStart,
    addNameserver,
    addBroker,
    addSend,
    addConsume,
    addTopic,
    addGroup,
    addBacklog,
    addMigrate,
    addMessage,
    addJournal,
    addCluster,
    addCompletion,
  ]) {
    add(program)
  }
  for (const command of commandsOf(program)) {
    // Commander wraps descriptions only where 40 columns are left for them.
    command
      .configureHelp({ minWidthToWrap: 20 })
      .exitOverride()
      .configureOutput({
        writeOut: (text) => process.stdout.write(wrapHelp(command, text)),
        outputError: (text) => reportUsage(command, text),
      })
  }
  return program
}

/** A command and all below it. */
export function commandsOf(command: Command): Command[] {
  return [command, ...command.commands.flatMap(commandsOf)]
}

/** The words that call a command, such as `rocketeer topic list`. */
export function lineOf(command: Command): string {
  return command.parent ? `${lineOf(command.parent)} ${command.name()}` : command.name()
}

/** Commander's `error: …` in the style of all other errors. */
function reportUsage(command: Command, text: string): void {
  const [what = '', suggestion] = text
    .trim()
    .replace(/^error: /, '')
    .replace(/^command-argument value (.+?) is invalid for (argument '[^']+')\./s, '$2: $1 is invalid.')
    .split(/\n\((Did you mean .*)\)$/s)
  const parts = [/[.?]$/.test(what) ? what : `${what}.`, suggestion, `See ${lineOf(command)} --help.`]
  reportError({ code: 'USAGE', message: parts.filter(Boolean).join(' '), exitCode: EXIT_USAGE })
}

/** Breaks lines that are longer than the terminal between words; those of examples keep their indentation. */
function wrapHelp(command: Command, text: string): string {
  const columns = terminalColumns()
  if (columns === undefined) return text
  const help = command.createHelp()
  const wrapped = text.split('\n').map((line) => {
    if (line.length <= columns) return line
    const indent = /^ */.exec(line)![0]
    const hanging = indent === '' ? '' : `${indent}  `
    return `${indent}${help.boxWrap(line.trim(), columns - hanging.length).replaceAll('\n', `\n${hanging}`)}`
  })
  return wrapped.join('\n')
}

import type { Argument, Command, Option } from 'commander'

export interface Candidate {
  value: string
  description: string
}

/** What a cluster has names of; asked for only where the command line stands at one. */
export type NameKind = 'topic' | 'group' | 'broker'

/** Words that complete a command line, `files` where any file may follow, or names that a cluster knows. */
export type Completion =
  | { kind: 'words'; candidates: Candidate[] }
  | { kind: 'files' }
  | { kind: 'names'; names: NameKind; nameservers: string | undefined }

/** Completes the last of `words`, which are those after `rocketeer`, by the commands and flags there are. */
export function complete(program: Command, words: readonly string[]): Completion {
  const last = words.at(-1) ?? ''
  const line = readLine(program, words.slice(0, -1))
  if (line.waiting !== undefined) return candidatesOf(line, line.waiting, last)
  if (last.startsWith('-')) return wordsOf(flagsOf(line.command), last)
  const subcommands = line.command.createHelp().visibleCommands(line.command)
  if (subcommands.length > 0) {
    return wordsOf(
      subcommands.map((each) => ({ value: each.name(), description: each.description() })),
      last,
    )
  }
  const { registeredArguments } = line.command
  const argument =
    registeredArguments[line.positions] ?? registeredArguments.findLast(({ variadic }) => variadic)
  return argument === undefined ? wordsOf([], last) : candidatesOf(line, argument, last)
}

interface Line {
  command: Command
  /** Arguments before the last word. */
  positions: number
  /** The flag whose value the last word is. */
  waiting: Option | undefined
  nameservers: string | undefined
}

function readLine(program: Command, words: readonly string[]): Line {
  const line: Line = { command: program, positions: 0, waiting: undefined, nameservers: undefined }
  for (const word of words) {
    if (line.waiting !== undefined) {
      if (NAMESERVERS.test(line.waiting.flags)) line.nameservers ??= word
      line.waiting = undefined
    } else if (word.startsWith('-')) {
      line.waiting = line.command.options.find(
        (option) => [option.long, option.short].includes(word) && option.required,
      )
    } else {
      const child = line.command.commands.find((each) => [each.name(), ...each.aliases()].includes(word))
      if (child === undefined) line.positions++
      else line.command = child
    }
  }
  return line
}

/** The commands give their arguments and values these names throughout. */
const NAMES: Readonly<Record<string, NameKind>> = {
  topic: 'topic',
  group: 'group',
  groups: 'group',
  from: 'group',
  broker: 'broker',
  other: 'broker',
}

const FILES = /<(path|file)>/
/** Of a command that talks to two clusters, the first has the names. */
const NAMESERVERS = /^(-n, --nameservers|--(from|to) <nameservers>)/

function candidatesOf({ nameservers }: Line, place: Option | Argument, last: string): Completion {
  if (place.argChoices) {
    return wordsOf(
      place.argChoices.map((value) => ({ value, description: '' })),
      last,
    )
  }
  const isFlag = 'flags' in place
  if (isFlag ? FILES.test(place.flags) : place.name() === 'file') return { kind: 'files' }
  if (isFlag && NAMESERVERS.test(place.flags)) return wordsOf([], last)
  const names = NAMES[isFlag ? place.attributeName() : place.name()]
  return names === undefined ? wordsOf([], last) : { kind: 'names', names, nameservers }
}

function flagsOf(command: Command): Candidate[] {
  const options = command.createHelp().visibleOptions(command)
  return options.map(({ long, short, description }) => ({ value: long ?? short ?? '', description }))
}

function wordsOf(candidates: Candidate[], last: string): Completion {
  return { kind: 'words', candidates: candidates.filter(({ value }) => value.startsWith(last)) }
}

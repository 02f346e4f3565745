import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { createProgram } from './program.js'

/** Every command with the words that call it. */
function* commandsOf(
  command: Command,
  words: readonly string[],
): Generator<[line: string, command: Command]> {
  yield [words.join(' '), command]
  for (const each of command.commands) yield* commandsOf(each, [...words, each.name()])
}

function helpOf(command: Command): string {
  let help = ''
  command.configureOutput({
    writeOut: (text) => {
      help += text
    },
  })
  command.outputHelp()
  return help
}

describe('rocketeer --help', () => {
  const commands = [...commandsOf(createProgram(), ['rocketeer'])]

  it.each(commands)('%s has an example, and no line over 120 columns', (line, command) => {
    const help = helpOf(command)
    expect(help).toMatch(new RegExp(`Examples?:\\n(.*\\n)*?  (.*\\| )?${line}`))
    expect(help.split('\n').filter((each) => each.length > 120)).toEqual([])
  })

  it('describes every command', () => {
    expect(commands.filter(([, command]) => command.description() === '').map(([line]) => line)).toEqual([])
  })
})

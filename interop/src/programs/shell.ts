import { ChildProgram } from '@rocketeer/test-kit'

/** What a shell command prints; rejects when it fails. */
export async function shell(command: string): Promise<string> {
  const program = ChildProgram.start({ name: command, command: 'sh', args: ['-c', command] })
  return (await program.succeeded({ withinMs: 60_000 })).join('\n')
}

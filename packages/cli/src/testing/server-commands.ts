import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { outputOf, rocketeer, type StartedServer, startServerCommand } from './command.js'

/** A server of its own for one test file, and commands that talk to it. */
export class ServerCommands {
  private constructor(
    readonly server: StartedServer,
    private readonly directory: string,
  ) {}

  /** broker-a, with delay levels short enough for retries to be waited for. */
  static async start(): Promise<ServerCommands> {
    const directory = await mkdtemp(join(tmpdir(), 'rocketeer-cli-'))
    const config = join(directory, 'broker.conf')
    await writeFile(config, 'brokerName=broker-a\nmessageDelayLevel=1s 1s 1s 1s 1s\n')
    const server = await startServerCommand(join(directory, 'data'), '-c', config)
    return new ServerCommands(server, directory)
  }

  async stop(): Promise<void> {
    await this.server.command.stop('SIGKILL')
    await rm(this.directory, { recursive: true, force: true })
  }

  get nameserver(): string {
    return this.server.nameserver
  }

  readonly text = (...args: readonly string[]): Promise<string> => outputOf([...args, '-n', this.nameserver])

  readonly json = async (...args: readonly string[]) => JSON.parse(await this.text(...args, '--json'))

  /** Exit code, empty standard output, and what standard error has to say; never a stack trace. */
  readonly expectRefused = async (code: 1 | 2, args: readonly string[], part: string): Promise<void> => {
    const outcome = await rocketeer([...args, '-n', this.nameserver])
    expect({ args, code: outcome.code, stdout: outcome.stdout }).toEqual({ args, code, stdout: '' })
    expect(outcome.stderr).toContain(part)
    expect(outcome.stderr).not.toMatch(/\n\s+at |This was not expected/)
  }
}

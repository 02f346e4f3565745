import { type ChildProcess, spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { vi } from 'vitest'

// Each command is a process that takes its time to start, the more so when the machine is busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

/** The command as npm links it. */
export const COMMAND = join(dirname(fileURLToPath(import.meta.url)), '../../../rocketeer/bin/rocketeer.js')

export interface Outcome {
  code: number | NodeJS.Signals
  stdout: string
  stderr: string
}

/** One run of `rocketeer` in a process of its own, without a terminal. */
export class RunningCommand {
  stdout = ''
  stderr = ''
  readonly ended: Promise<Outcome>
  readonly #child: ChildProcess

  constructor(args: readonly string[], input = '', env: NodeJS.ProcessEnv = {}) {
    this.#child = spawn(process.execPath, [COMMAND, ...args], { env: { ...process.env, ...env } })
    this.#child.stdout!.setEncoding('utf8').on('data', (text) => {
      this.stdout += text
    })
    this.#child.stderr!.setEncoding('utf8').on('data', (text) => {
      this.stderr += text
    })
    this.#child.stdin!.on('error', () => {}).end(input)
    this.ended = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => {
        resolve({ code: code ?? signal!, stdout: this.stdout, stderr: this.stderr })
      })
    })
  }

  /** Resolves with the match once standard output has it; rejects when the command ends first. */
  printed(pattern: RegExp): Promise<RegExpMatchArray> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const match = this.stdout.match(pattern)
        if (match) resolve(match)
      }
      this.#child.stdout!.on('data', look)
      look()
      void this.ended.then(({ code, stderr }) => reject(new Error(`ended with ${code}: ${stderr}`)))
    })
  }

  stop(signal: NodeJS.Signals): Promise<Outcome> {
    this.#child.kill(signal)
    return this.ended
  }
}

/** Runs a command to its end. */
export function rocketeer(
  args: readonly string[],
  input?: string,
  env?: NodeJS.ProcessEnv,
): Promise<Outcome> {
  return new RunningCommand(args, input, env).ended
}

/** The output of a command that must succeed. */
export async function outputOf(args: readonly string[], input?: string): Promise<string> {
  const { code, stdout, stderr } = await rocketeer(args, input)
  if (code !== 0) throw new Error(`rocketeer ${args.join(' ')} ended with ${code}: ${stderr}`)
  return stdout
}

export interface StartedServer {
  command: RunningCommand
  nameserver: string
  broker: string
}

/** `rocketeer start` on free ports, once it is up. */
export async function startServerCommand(
  directory: string,
  ...args: readonly string[]
): Promise<StartedServer> {
  const ports = ['--nameserver-port', '0', '--broker-port', '0']
  const command = new RunningCommand(['start', '--directory', directory, ...ports, ...args])
  await command.printed(/Ctrl-C stops it/)
  const nameserver = (await command.printed(/nameserver {2}(\S+)/))[1]!
  const broker = (await command.printed(/broker {6}(\S+)/))[1]!
  return { command, nameserver, broker }
}

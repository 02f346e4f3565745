import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { ShopEvent } from '../services/events.js'
import type { Move, MoveCommand, ServiceConfig } from '../services/service.js'
import type { Business, DieCommand } from '../services/sudden-death.js'

const READY_TIMEOUT_MS = 120_000
const STOP_TIMEOUT_MS = 10_000

/** What is different for one start. */
type StartChanges = Pick<ServiceConfig, 'death' | 'topic' | 'pointsTakeMs'>

/** One process of the street, which the story can stop, kill and start again. */
export class Program {
  readonly name: string
  readonly #file: URL
  #config: object
  readonly #onEvent: (event: ShopEvent) => void
  #child: ChildProcess | undefined

  constructor(name: string, file: URL, config: object, onEvent: (event: ShopEvent) => void) {
    this.name = name
    this.#file = file
    this.#config = config
    this.#onEvent = onEvent
  }

  /**
   * Resolves when the process says that it is ready, or has died at the commit at which it is to die. Rejects when it ends
   * for another reason, or is not ready in time.
   */
  async start(changes: StartChanges = {}): Promise<void> {
    const { death } = changes
    const child = fork(this.#file, [JSON.stringify({ ...this.#config, ...changes })], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      // A warning, for example that a nameserver is not there yet, would stand in the middle of the picture.
      execArgv: [...process.execArgv, '--no-warnings'],
    })
    this.#child = child
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${this.name} is not ready in time`)), READY_TIMEOUT_MS)
      child.on('message', (event: ShopEvent) => {
        if (event.kind === 'ready') {
          clearTimeout(late)
          resolve()
        }
        this.#onEvent(event)
      })
      child.once('exit', (code, signal) => {
        clearTimeout(late)
        if (this.#child === child) this.#child = undefined
        this.#onEvent({ kind: 'gone' })
        if (death && signal === 'SIGKILL') resolve()
        else reject(new Error(`${this.name} ended with ${signal ?? code}`))
      })
    })
  }

  /** SIGSTOP: it stands still with everything that it has in memory. */
  pause(): void {
    this.#child?.kill('SIGSTOP')
  }

  resume(): void {
    this.#child?.kill('SIGCONT')
  }

  /** What the process is told from its next start on. */
  configure(changes: object): void {
    this.#config = { ...this.#config, ...changes }
  }

  /** Has the process take a step on its way to another cluster; resolves when it says that it has. */
  async move(step: Move): Promise<void> {
    const child = this.#child
    if (!child) throw new Error(`${this.name} is not running`)
    const moved = new Promise<void>((resolve, reject) => {
      child.on('message', (event: ShopEvent) => event.kind === 'moved' && resolve())
      child.once('exit', () => reject(new Error(`${this.name} ended before it had moved`)))
    })
    child.send({ kind: 'move', step } satisfies MoveCommand)
    await moved
  }

  /** SIGKILL: nothing is finished, nothing is written. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /**
   * Has it die right after the commit of a business that each count names, 1 for the next one, and starts it again each
   * time. A later count begins with the start of the process, so no commit is missed.
   */
  async dieAtCommits(
    of: Business,
    counts: readonly number[],
    onDeath: (death: number) => void,
  ): Promise<void> {
    const [first, ...others] = counts
    if (first === undefined) return
    this.#child?.send({ kind: 'die', of, atCommit: first } satisfies DieCommand)
    for (const [index, next] of [...others, undefined].entries()) {
      const child = this.#child
      if (child && child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      onDeath(index + 1)
      await this.start({ death: next === undefined ? undefined : { of, atCommit: next } })
    }
  }

  /** SIGTERM, and SIGKILL for one that does not end. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM')
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child
    if (!child) return
    this.#child = undefined
    const ended = once(child, 'exit')
    child.kill(signal)
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS)
    await ended
    clearTimeout(late)
  }
}

import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

export interface ChildProgramOptions {
  /** The program's name in failures, for example `Apache broker`. */
  name: string
  command: string
  args: readonly string[]
  cwd?: string
  env?: Record<string, string>
  /** Lines that match are not kept. */
  ignore?: RegExp
}

export interface WaitOptions {
  withinMs?: number
}

const LINES_KEPT_MAX = 50_000
const TAIL_LINES = 40

const running = new Set<ChildProgram>()
process.once('exit', () => {
  for (const program of running) program.signal('SIGKILL')
})

/** A real process whose output is kept: tests kill it, stop it or wait for its lines. */
export class ChildProgram implements AsyncDisposable {
  /** Everything the program has printed on either stream; the oldest lines are dropped first. */
  readonly lines: string[] = []
  /** What the program has printed on standard output alone. */
  readonly output: string[] = []
  readonly name: string
  /** Resolves to the exit code, or to the signal's name when it was killed. */
  readonly exited: Promise<number | NodeJS.Signals>
  exit: number | NodeJS.Signals | undefined
  readonly #child: ChildProcess
  readonly #watchers = new Set<() => void>()

  private constructor(options: ChildProgramOptions) {
    this.name = options.name
    this.#child = spawn(options.command, [...options.args], {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    running.add(this)
    this.exited = new Promise((resolve) => {
      const ended = (end: number | NodeJS.Signals) => {
        this.exit = end
        running.delete(this)
        resolve(end)
        this.#notify()
      }
      // 'close' comes after the last line of output; 'error' when it could not even be started.
      this.#child.once('close', (code, signal) => ended(signal ?? code ?? -1))
      this.#child.once('error', (error) => {
        this.#keep(error.message)
        ended(-1)
      })
    })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      createInterface({ input: stream! }).on('line', (line) => {
        if (options.ignore?.test(line)) return
        if (stream === this.#child.stdout) this.output.push(line)
        this.#keep(line)
      })
    }
    this.#child.stdin!.on('error', () => {})
  }

  static start(options: ChildProgramOptions): ChildProgram {
    return new ChildProgram(options)
  }

  get pid(): number {
    return this.#child.pid ?? -1
  }

  /** Writes one line to the program's standard input. */
  say(line: string): void {
    this.#child.stdin!.write(`${line}\n`)
  }

  /** The first line on either stream that matches, printed already or still to come. */
  async line(pattern: RegExp, { withinMs = 30_000 }: WaitOptions = {}): Promise<RegExpMatchArray> {
    return this.until(
      () => {
        for (const line of this.lines) {
          const match = line.match(pattern)
          if (match) return match
        }
        return undefined
      },
      { withinMs, what: `a line like ${pattern}` },
    )
  }

  /**
   * Waits until `look`, called after each line, finds something; fails when the program ends or the time is up first.
   */
  until<Found>(
    look: () => Found | undefined,
    { withinMs = 30_000, what = 'its output' } = {},
  ): Promise<Found> {
    return new Promise((resolve, reject) => {
      const done = (report: () => void) => {
        clearTimeout(timer)
        this.#watchers.delete(watch)
        report()
      }
      const watch = () => {
        const found = look()
        if (found !== undefined) done(() => resolve(found))
        else if (this.exit !== undefined) done(() => reject(this.failure(`ended before ${what}`)))
      }
      const timer = setTimeout(
        () => done(() => reject(this.failure(`${what} did not come in ${withinMs} ms`))),
        withinMs,
      )
      this.#watchers.add(watch)
      watch()
    })
  }

  /** Waits for the end and throws unless the exit code is 0. Returns the lines of standard output. */
  async succeeded({ withinMs = 120_000 }: WaitOptions = {}): Promise<string[]> {
    await this.until(() => this.exit, { withinMs, what: 'its end' })
    if (this.exit !== 0) throw this.failure('failed')
    return this.output
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** SIGKILL: the program gets no chance to write anything more. Resolves when it is gone. */
  async kill(): Promise<void> {
    this.signal('SIGKILL')
    await this.exited
  }

  /** SIGTERM, and SIGKILL if the program still runs after `withinMs`. Returns its exit code, or the signal's name. */
  async stop({ withinMs = 30_000 }: WaitOptions = {}): Promise<number | NodeJS.Signals> {
    this.signal('SIGTERM')
    const timer = setTimeout(() => this.signal('SIGKILL'), withinMs)
    const end = await this.exited
    clearTimeout(timer)
    return end
  }

  /** An error that carries the end of the program's output. */
  failure(reason: string): Error {
    const end = this.exit === undefined ? 'still running' : `exit ${this.exit}`
    return new Error(
      `${this.name} ${reason} (${end}); its last lines:\n${this.lines.slice(-TAIL_LINES).join('\n')}`,
    )
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill()
  }

  #keep(line: string): void {
    this.lines.push(line)
    if (this.lines.length > LINES_KEPT_MAX) this.lines.splice(0, LINES_KEPT_MAX / 2)
    this.#notify()
  }

  #notify(): void {
    for (const watch of [...this.#watchers]) watch()
  }
}

import { setTimeout as pause } from 'node:timers/promises'
import { messageOf } from '@rocketeer/foundation'
import { type Command, Option } from 'commander'
import { warnOfMissing } from './failure.js'
import { formatTime, printJson, printJsonLine, printLine, terminalColumns, warn } from './output.js'
import { parseDuration } from './parse-time.js'
import { type ClusterFlags, Stop } from './session.js'
import { dim, joined, type Styled, styled, type Text, yellow } from './styled.js'

/** What a command shows at one moment. */
export interface View {
  json: unknown
  /** For a terminal of so many columns; undefined without one. */
  lines: (columns: number | undefined) => Styled[]
  /** The same in one line, for `--watch` into a pipe or file. */
  line: Text
  /** What is missing from it, and why. */
  problems: readonly { about: string; message: string }[]
}

export interface WatchFlags extends ClusterFlags {
  watch?: boolean
  interval: number
}

export function addWatchFlags(command: Command): Command {
  return command
    .option('-w, --watch', 'show it again and again until Ctrl-C; in a pipe or file a line each time')
    .addOption(
      new Option('--interval <duration>', 'how often with --watch, such as 5s or 1m')
        .argParser(parseDuration)
        .default(2000, '2s'),
    )
}

/** Shows a view once, or with `--watch` until the user stops it. */
export async function showView(flags: WatchFlags, look: () => Promise<View>): Promise<void> {
  const view = await look()
  if (flags.watch) await watch(flags, view, look)
  else {
    if (flags.json) printJson(view.json)
    else for (const line of view.lines(terminalColumns())) printLine(line)
    for (const { about, message } of view.problems) warnOfMissing(about, message)
  }
}

/** A look that fails costs a warning, and the screen keeps the last that did not: a broker may be about to restart. */
async function watch(flags: WatchFlags, first: View, look: () => Promise<View>): Promise<void> {
  const { signal } = new Stop()
  const screen = process.stdout.isTTY && !flags.json ? new Screen(flags.interval) : undefined
  const show = (view: View) => (screen ? screen.show(view) : printWatched(view, flags))
  const fail = (error: unknown) => {
    if (screen) screen.showProblem(messageOf(error))
    else warn('problem', messageOf(error))
  }
  try {
    show(first)
    for (;;) {
      await pause(flags.interval, undefined, { signal }).catch(() => {})
      if (signal.aborted) break
      await look().then(show, fail)
      if (signal.aborted) break
    }
  } finally {
    screen?.close()
  }
}

function printWatched({ json, line, problems }: View, flags: WatchFlags): void {
  const now = Date.now()
  for (const { about, message } of problems) warn(about, message)
  if (flags.json) printJsonLine({ time: now, view: json })
  else printLine(joined([formatTime(now), line], '  '))
}

/** Lines that are longer than the screen is wide end there: a second row for one would push the first lines out. */
const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l'
const LEAVE = '\u001b[?7h\u001b[?25h\u001b[?1049l'
const HOME = '\u001b[H'
const ERASE_LINE_END = '\u001b[K'
const ERASE_BELOW = '\u001b[J'

/** The alternate screen of the terminal: when it is left, the lines before it are there again, and the last look. */
class Screen {
  readonly #intervalMs: number
  readonly #redraw = () => this.#draw()
  #view: View | undefined
  #lookedAt = 0
  #problem: string | undefined

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs
    process.stdout.write(ENTER)
    process.stdout.on('resize', this.#redraw)
  }

  show(view: View): void {
    this.#view = view
    this.#lookedAt = Date.now()
    this.#problem = undefined
    this.#draw()
  }

  /** Above what was seen last, with the time of then. */
  showProblem(problem: string): void {
    this.#problem = problem
    this.#draw()
  }

  close(): void {
    process.stdout.off('resize', this.#redraw)
    process.stdout.write(LEAVE)
    for (const line of this.#view?.lines(terminalColumns()) ?? []) printLine(line)
  }

  #draw(): void {
    const { stdout } = process
    const head = dim(`${formatTime(this.#lookedAt)}  every ${this.#intervalMs / 1000} s, Ctrl-C stops`)
    const problems = (this.#view?.problems ?? []).map(
      ({ about, message }) => styled`${yellow(about)}: ${message}`,
    )
    if (this.#problem !== undefined) problems.push(styled`${yellow('problem')}: ${this.#problem}`)
    const lines = [head, ...problems, ...(this.#view?.lines(terminalColumns()) ?? [])]
    const shown = lines.slice(0, (stdout.rows || 24) - 1)
    const text = shown.map((line) => `${line.for(stdout)}${ERASE_LINE_END}\n`).join('')
    stdout.write(`${HOME}${text}${ERASE_BELOW}`)
  }
}

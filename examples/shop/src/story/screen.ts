import { createLogUpdate } from 'log-update'
import { EFFECTS } from '../services/events.js'
import { pc } from './colors.js'
import { type Moment, picture, type Setting, wrap } from './picture.js'

/** What the screen needs of the stream that it draws on. */
export type ScreenStream = Pick<NodeJS.WriteStream, 'write'> & {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
}

const LINE_EVERY_MS = 2_000
const COLUMNS_DEFAULT = 80
const ROWS_DEFAULT = 24
/** A terminal that knows the marks shows everything between the two at once. The cursor is hidden meanwhile. */
const FRAME_BEGINS = '\u001B[?25l\u001B[?2026h'
const FRAME_ENDS = '\u001B[?2026l'
const SHOW_CURSOR = '\u001B[?25h'
/** The width of `  12.3 s  `. */
const TIME_WIDTH = 10

/**
 * Draws the street in place on a terminal, with one write for each frame so that nothing blinks; into a pipe or a file
 * it prints a line now and then.
 */
export class Screen {
  readonly #stream: ScreenStream
  readonly #isLive: boolean
  readonly #setting: Setting
  readonly #update: ReturnType<typeof createLogUpdate>
  #pending = ''
  /** Lines of the last frame. */
  #lines = 0
  #moment: Moment | undefined
  #lastLineAt = Number.NEGATIVE_INFINITY

  constructor(setting: Setting, stream: ScreenStream = process.stdout) {
    this.#setting = setting
    this.#stream = stream
    this.#isLive = stream.isTTY === true && process.env.TERM !== 'dumb'
    // log-update writes several times where a sentence goes above the picture.
    const collected = {
      isTTY: false,
      get columns() {
        return stream.columns ?? COLUMNS_DEFAULT
      },
      get rows() {
        return stream.rows ?? ROWS_DEFAULT
      },
      write: (text: string) => {
        this.#pending += text
        return true
      },
    }
    this.#update = createLogUpdate(collected as unknown as NodeJS.WriteStream, { showCursor: true })
  }

  /** Prints a sentence of the story above the picture. */
  say(elapsedMs: number, sentence: string): void {
    const time = `${(elapsedMs / 1_000).toFixed(1).padStart(TIME_WIDTH - 4)} s  `
    if (!this.#isLive) {
      this.#stream.write(`${pc.dim(time)}${sentence}\n`)
      return
    }
    const lines = wrap(sentence, this.#columns - TIME_WIDTH - 1)
    this.#update.persist(`${pc.dim(time)}${lines.join(`\n${' '.repeat(TIME_WIDTH)}`)}`)
    if (this.#moment) this.#moment = { ...this.#moment, elapsedMs }
    this.#redraw()
  }

  draw(moment: Moment): void {
    this.#moment = moment
    if (this.#isLive) {
      this.#redraw()
    } else if (moment.elapsedMs - this.#lastLineAt >= LINE_EVERY_MS) {
      this.#lastLineAt = moment.elapsedMs
      this.#stream.write(`${oneLine(moment)}\n`)
    }
  }

  /** Leaves the last picture on the screen. */
  keep(): void {
    if (!this.#isLive || !this.#moment) return
    this.#moment = undefined
    this.#update.done()
    this.#stream.write(SHOW_CURSOR)
  }

  get #columns(): number {
    return this.#stream.columns ?? COLUMNS_DEFAULT
  }

  #redraw(): void {
    if (this.#moment) {
      const size = { columns: this.#columns, rows: this.#stream.rows ?? ROWS_DEFAULT }
      const frame = picture(this.#setting, this.#moment, size)
      const lines = frame.split('\n').length
      // log-update draws only what has changed, and leaves old lines behind where that has grown.
      if (lines !== this.#lines) this.#update.clear()
      this.#lines = lines
      this.#update(frame)
    }
    if (this.#pending !== '') this.#stream.write(`${FRAME_BEGINS}${this.#pending}${FRAME_ENDS}`)
    this.#pending = ''
  }
}

function oneLine({ elapsedMs, ledger }: Moment): string {
  const paid = ledger.paid.size
  const effects = EFFECTS.map((effect) => {
    const { given, failedByAttempt, dead, replayed } = ledger.countsOf(effect)
    const failed = failedByAttempt.reduce((sum, count) => sum + count, 0)
    const figures = { lag: Math.max(0, paid - given), failed, dead, replayed }
    const troubles = Object.entries(figures).filter(([, count]) => count > 0)
    const more = troubles.map(([name, count]) => `${name} ${count}`).join(', ')
    return `${effect} ${given}${more === '' ? '' : ` (${more})`}`
  })
  const closed = ledger.closed.size === 0 ? '' : `, closed ${ledger.closed.size}`
  const gone = ledger.gone.length === 0 ? '' : `; gone: ${ledger.gone.join(', ')}`
  return `${(elapsedMs / 1_000).toFixed(1).padStart(TIME_WIDTH - 4)} s  paid ${paid}${closed}: ${effects.join(', ')}${gone}`
}

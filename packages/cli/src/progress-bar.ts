import { dim, type Styled, styled } from './styled.js'

const BAR_COLUMNS = 24
/** A shorter one shows too little. */
const BAR_COLUMNS_MIN = 8
const REDRAW_INTERVAL_MS = 100
const LINE_INTERVAL_MS = 10_000

/**
 * Shows on stderr how many messages of a known number are done: a bar with rate and time left on a terminal, a line every
 * 10 s elsewhere, nothing with `--json`, where stderr is for programs.
 */
export class ProgressBar {
  readonly #verb: string
  readonly #total: number
  readonly #quiet: boolean
  readonly #startedAt = Date.now()
  #shownAt = 0
  #isDrawn = false

  /** `verb`: what is done to the messages, such as `forwarded`. */
  constructor({ verb, total, quiet }: { verb: string; total: number; quiet: boolean }) {
    this.#verb = verb
    this.#total = total
    this.#quiet = quiet
  }

  update(done: number): void {
    if (this.#quiet) return
    const now = Date.now()
    const live = process.stderr.isTTY
    if (
      now - (this.#shownAt || (live ? 0 : this.#startedAt)) <
      (live ? REDRAW_INTERVAL_MS : LINE_INTERVAL_MS)
    )
      return
    this.#shownAt = now
    const seconds = (now - this.#startedAt) / 1_000
    if (live) {
      process.stderr.write(
        `\r\u001b[K${barOf(this.#figuresAt(done, seconds), process.stderr.columns || 80).for(process.stderr)}`,
      )
      this.#isDrawn = true
    } else {
      process.stderr.write(`${textOf(this.#figuresAt(done, seconds))}\n`)
    }
  }

  /** Takes the bar away. */
  done(): void {
    if (this.#isDrawn) process.stderr.write('\r\u001b[K')
  }

  #figuresAt(done: number, seconds: number): Figures {
    return { done, total: this.#total, verb: this.#verb, perSecond: seconds > 1 ? done / seconds : undefined }
  }
}

/** What a bar shows. */
export interface Figures {
  readonly done: number
  readonly total: number
  readonly verb: string
  readonly perSecond: number | undefined
}

/** `████████░░░░  45 %  450000 of 1000000 forwarded, 12300/s, 45 s left`, in one line: the bar gives way to the figures. */
export function barOf(figures: Figures, columns: number): Styled {
  const share = figures.total === 0 ? 1 : Math.min(1, figures.done / figures.total)
  const percent = `${`${Math.floor(share * 100)}`.padStart(3)} %  `
  const text = textOf(figures).slice(0, Math.max(0, columns - percent.length - 1))
  const width = Math.min(BAR_COLUMNS, columns - percent.length - text.length - 2)
  if (width < BAR_COLUMNS_MIN) return styled`${percent}${dim(text)}`
  const full = Math.floor(share * width)
  return styled`${'█'.repeat(full)}${'░'.repeat(width - full)} ${percent}${dim(text)}`
}

function textOf({ done, total, verb, perSecond }: Figures): string {
  const parts = [`${done} of ${total} ${verb}`]
  if (perSecond !== undefined && perSecond > 0) {
    parts.push(`${Math.round(perSecond)}/s`)
    parts.push(`${formatSeconds(Math.max(0, total - done) / perSecond)} left`)
  }
  return parts.join(', ')
}

/** `45 s`, `12 min`, `3.5 h`, `12 d`, or `never`. */
export function formatSeconds(seconds: number): string {
  if (seconds === Number.POSITIVE_INFINITY) return 'never'
  if (seconds < 100) return `${Math.ceil(seconds)} s`
  if (seconds < 100 * 60) return `${Math.round(seconds / 60)} min`
  if (seconds < 48 * 3_600) return `${(seconds / 3_600).toFixed(1)} h`
  return `${Math.round(seconds / 86_400)} d`
}

/** `512 B`, `1.5 KiB`, `3.2 MiB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10))
  const value = bytes / 1024 ** power
  return `${power === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${units[power]}`
}

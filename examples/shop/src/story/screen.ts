import { createLogUpdate } from 'log-update'
import { EFFECTS, type Effect } from '../services/events.js'
import { pc } from './colors.js'
import type { EffectCounts, Ledger } from './ledger.js'

const BAR_WIDTH = 30
const LINE_EVERY_MS = 2_000

/** Draws the street in place on a terminal, or prints a line now and then into a pipe or log. */
export class Screen {
  readonly #isLive: boolean
  readonly #stream: NodeJS.WriteStream
  readonly #update: ReturnType<typeof createLogUpdate>
  #title = ''
  #lastLineAt = Number.NEGATIVE_INFINITY
  #frame = ''

  constructor(stream: NodeJS.WriteStream = process.stdout) {
    this.#stream = stream
    this.#isLive = stream.isTTY === true
    this.#update = createLogUpdate(stream)
  }

  set title(title: string) {
    this.#title = title
  }

  /** Prints a sentence of the story above the picture. */
  say(elapsedMs: number, sentence: string): void {
    if (this.#isLive) this.#update.clear()
    this.#stream.write(`${pc.dim(`${(elapsedMs / 1_000).toFixed(1).padStart(6)} s`)}  ${sentence}\n`)
    if (this.#isLive && this.#frame) this.#update(this.#frame)
  }

  draw(elapsedMs: number, ledger: Ledger): void {
    if (this.#isLive) {
      this.#frame = picture(this.#title, elapsedMs, ledger)
      this.#update(this.#frame)
    } else if (elapsedMs - this.#lastLineAt >= LINE_EVERY_MS) {
      this.#lastLineAt = elapsedMs
      this.#stream.write(`${oneLine(elapsedMs, ledger)}\n`)
    }
  }

  /** Leaves the last picture on the screen. */
  keep(): void {
    if (this.#isLive) this.#update.done()
  }
}

function picture(title: string, elapsedMs: number, ledger: Ledger): string {
  const paid = ledger.paid.size
  return [
    '',
    `  ${pc.bold(title)}   ${(elapsedMs / 1_000).toFixed(0)} s`,
    '',
    row('orders paid', paid, paid, pc.cyan),
    ...EFFECTS.flatMap((effect) => rowsOf(effect, ledger.countsOf(effect), paid)),
    '',
  ].join('\n')
}

/** One row for an effect, and one for its ladder of retries while there is one. */
function rowsOf(effect: Effect, counts: EffectCounts, paid: number): string[] {
  const rows = [row(effect, counts.given, paid, pc.green)]
  if (counts.failedByAttempt.length > 0) {
    const ladder = counts.failedByAttempt.map(
      (count, attempt) => `${attempt === 0 ? 'first' : `retry ${attempt}`} ${count ?? 0}`,
    )
    const dead = counts.dead > 0 ? pc.red(`   dead ${counts.dead}`) : ''
    const replayed = counts.replayed > 0 ? pc.blue(`   replayed ${counts.replayed}`) : ''
    rows.push(`  ${pc.dim('└ failed'.padEnd(14))} ${pc.magenta(ladder.join('  '))}${dead}${replayed}`)
  }
  return rows
}

function row(label: string, count: number, most: number, color: (text: string) => string): string {
  const width = most === 0 ? 0 : Math.min(BAR_WIDTH, Math.round((count / most) * BAR_WIDTH))
  return `  ${label.padEnd(14)} ${String(count).padStart(7)}  ${color('█'.repeat(width))}`
}

function oneLine(elapsedMs: number, ledger: Ledger): string {
  const effects = EFFECTS.map((effect) => {
    const { given, failedByAttempt, dead, replayed } = ledger.countsOf(effect)
    const failed = failedByAttempt.reduce((sum, count) => sum + (count ?? 0), 0)
    const more = [
      failed > 0 && `failed ${failed}`,
      dead > 0 && `dead ${dead}`,
      replayed > 0 && `replayed ${replayed}`,
    ]
    const troubles = more.filter((text) => text !== false)
    return `${effect} ${given}${troubles.length > 0 ? ` (${troubles.join(', ')})` : ''}`
  })
  return `${(elapsedMs / 1_000).toFixed(1).padStart(6)} s  paid ${ledger.paid.size}: ${effects.join(', ')}`
}

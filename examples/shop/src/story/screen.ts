import { pc } from './colors.js'

/** The state of the running shop at one moment. */
export interface Snapshot {
  chapter: string
  databaseUp: boolean
  seconds: number
  paid: number
  granted: number
  repeated: number
  failedByAttempt: readonly number[]
  deadLetters: number
  replayed: number
}

const BAR_WIDTH = 40

/** Draws the shop in place on a terminal, or prints one line per second into a pipe or log. */
export class Screen {
  readonly #live = process.stdout.isTTY === true
  #linesDrawn = 0
  #lastLineAt = -1

  /** Prints a sentence of the story above the picture. */
  tell(sentence: string): void {
    this.#erase()
    process.stdout.write(`${sentence}\n`)
  }

  draw(snapshot: Snapshot): void {
    if (this.#live) {
      this.#erase()
      const lines = picture(snapshot)
      process.stdout.write(`${lines.join('\n')}\n`)
      this.#linesDrawn = lines.length
    } else if (Math.floor(snapshot.seconds) > this.#lastLineAt) {
      this.#lastLineAt = Math.floor(snapshot.seconds)
      process.stdout.write(`${oneLine(snapshot)}\n`)
    }
  }

  /** Leaves the last picture on the screen. */
  keep(): void {
    this.#linesDrawn = 0
  }

  #erase(): void {
    if (this.#linesDrawn > 0) process.stdout.write(`\u001b[${this.#linesDrawn}A\u001b[J`)
    this.#linesDrawn = 0
  }
}

function picture(snapshot: Snapshot): string[] {
  const waiting = Math.max(0, snapshot.paid - snapshot.granted)
  const most = Math.max(1, snapshot.paid)
  const database = snapshot.databaseUp ? pc.green('● up') : pc.red('● DOWN')
  const lines = [
    '',
    `  ${pc.bold(snapshot.chapter.padEnd(46))} coupon database ${database}   ${snapshot.seconds.toFixed(0)} s`,
    '',
    row('orders paid', snapshot.paid, most, pc.cyan),
    row('coupons granted', snapshot.granted, most, pc.green),
    row('not granted yet', waiting, most, pc.yellow),
  ]
  for (const [attempt, count] of snapshot.failedByAttempt.entries()) {
    lines.push(
      row(attempt === 0 ? 'failed at first' : `failed at retry ${attempt}`, count ?? 0, most, pc.magenta),
    )
  }
  lines.push(
    row('dead letters', snapshot.deadLetters, most, pc.red),
    row('replayed', snapshot.replayed, most, pc.blue),
    `  ${pc.dim(`delivered again without effect: ${snapshot.repeated}`)}`,
    '',
  )
  return lines
}

function row(label: string, count: number, most: number, color: (text: string) => string): string {
  const bar = '█'.repeat(Math.min(BAR_WIDTH, Math.round((count / most) * BAR_WIDTH)))
  return `  ${label.padEnd(18)} ${String(count).padStart(7)}  ${color(bar)}`
}

function oneLine(snapshot: Snapshot): string {
  return [
    `${snapshot.seconds.toFixed(0).padStart(4)} s`,
    `coupon database ${snapshot.databaseUp ? 'up' : 'DOWN'}`,
    `paid ${snapshot.paid}`,
    `granted ${snapshot.granted}`,
    `failed [${snapshot.failedByAttempt.map((count) => count ?? 0).join(' ')}]`,
    `dead letters ${snapshot.deadLetters}`,
    `replayed ${snapshot.replayed}`,
  ].join('   ')
}

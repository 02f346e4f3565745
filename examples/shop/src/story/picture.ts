import { stripVTControlCharacters } from 'node:util'
import { EFFECTS, type Effect } from '../services/events.js'
import { KEEPER } from './books.js'
import { pc } from './colors.js'
import type { EffectCounts } from './effect-counts.js'
import type { Ledger } from './ledger.js'
import type { Harm } from './timeline.js'
import { lifeText } from './unlucky-orders.js'

/** What does not change while a story is told. */
export interface Setting {
  readonly title: string
  /** What mends it, or which remedy the run goes without. */
  readonly remedy: string
  readonly orders: number
  /** How long a message waits for each of its retries, in seconds. */
  readonly retrySeconds: readonly number[]
  /** Commands to look at it meanwhile, one of them at the order that is followed by name. */
  readonly commands: (order: string | undefined) => readonly string[]
}

/** What the street looks like at one moment. */
export interface Moment {
  readonly elapsedMs: number
  readonly ledger: Ledger
  readonly harms: readonly Harm[]
}

interface Size {
  readonly columns: number
  readonly rows: number
}

/** One part of a bar: so many orders, drawn with this character. */
type Segment = readonly [count: number, character: string, color: (text: string) => string]

const LABEL_WIDTH = 14
const COUNT_WIDTH = 8
const MARK_WIDTH = 9
const BAR_WIDTH_MAX = 50
/** A service counts as failing for this long after a failure. */
const FAILING_MS = 2_500
const MARGIN = '  '
/** The last line below the picture, where the cursor stands. */
const CURSOR_ROWS = 1

/** The whole picture, in lines that fit into the terminal. */
export function picture(setting: Setting, moment: Moment, { columns, rows }: Size): string {
  const width = columns - MARGIN.length - 1
  const street = [
    '',
    heading(setting, moment, width),
    pc.dim(cut(setting.remedy, width)),
    '',
    `${''.padEnd(LABEL_WIDTH)}${pc.dim(`${'granted'.padStart(COUNT_WIDTH)}${'lag'.padStart(COUNT_WIDTH)}`)}`,
    paidRow(setting, moment, width),
    ...(moment.ledger.closed.size > 0 ? [closedRow(setting, moment, width)] : []),
    ...EFFECTS.flatMap((effect) => effectRows(effect, setting, moment, width)),
  ]
  // What a low terminal has no room for is left out from the end.
  const room = rows - CURSOR_ROWS - street.length
  const more = [
    unlucky(moment.ledger, width),
    commandLines(setting.commands(moment.ledger.unluckiest?.order), width),
  ].filter((_, index, all) => all.slice(0, index + 1).flat().length <= room)
  return [...street, ...more.flat()].map((line) => (line === '' ? '' : MARGIN + line)).join('\n')
}

function heading({ title }: Setting, { elapsedMs, harms, ledger }: Moment, width: number): string {
  const last = harms.at(-1)
  const seconds = (ms: number) => `${Math.floor(ms / 1_000)} s`
  const state = !last
    ? ''
    : last.to === undefined
      ? pc.red(`harm for ${seconds(elapsedMs - last.from)}`)
      : ledger.struck > 0
        ? pc.cyan(`recovering for ${seconds(elapsedMs - last.to)}`)
        : pc.green('recovered')
  const stateLength = !last ? 0 : plainLength(state)
  const clock = seconds(elapsedMs).padStart(6)
  const shown = cut(title, width - stateLength - clock.length - 2)
  const gap = ' '.repeat(Math.max(1, width - shown.length - stateLength - clock.length - 1))
  return `${pc.bold(shown)}${gap}${state} ${clock}`
}

function paidRow({ orders }: Setting, { ledger }: Moment, width: number): string {
  const paid = ledger.paid.size
  const bar = barOf([[paid, '█', pc.cyan]], orders, width)
  const mark = ledger.gone.some((service) => service === 'cluster' || service === 'order')
    ? pc.red(`  ${ledger.gone.includes('cluster') ? 'no broker' : 'down'}`)
    : ''
  return `${'orders paid'.padEnd(LABEL_WIDTH)}${String(paid).padStart(COUNT_WIDTH)}${''.padStart(COUNT_WIDTH)}  ${bar}${mark}`
}

/** Orders that were closed because nobody had paid them, once there are any. */
function closedRow({ orders }: Setting, { ledger }: Moment, width: number): string {
  const closed = ledger.closed.size
  const bar = barOf([[closed, '█', pc.yellow]], orders, width)
  return `${'closed'.padEnd(LABEL_WIDTH)}${String(closed).padStart(COUNT_WIDTH)}${''.padStart(COUNT_WIDTH)}  ${bar}`
}

/** One row for an effect, and one for the ladder of its retries once a delivery has failed. */
function effectRows(effect: Effect, setting: Setting, moment: Moment, width: number): string[] {
  const { orders } = setting
  const { elapsedMs, ledger } = moment
  const counts = ledger.countsOf(effect)
  const lag = Math.max(0, ledger.paid.size - counts.given)
  const retrying = counts.waitingByRetry.reduce((sum, count) => sum + count, 0)
  const bar = barOf(
    [
      [counts.given, '█', pc.green],
      [retrying, '▒', pc.magenta],
      [counts.deadNow, 'x', pc.red],
    ],
    orders,
    width,
  )
  const mark = ledger.gone.includes(KEEPER[effect])
    ? pc.red('  down')
    : elapsedMs - counts.failedAt < FAILING_MS
      ? pc.magenta('  failing')
      : ''
  const lagText = String(lag).padStart(COUNT_WIDTH)
  const row = `${effect.padEnd(LABEL_WIDTH)}${String(counts.given).padStart(COUNT_WIDTH)}${lag > 0 ? pc.bold(lagText) : lagText}  ${bar}${mark}`
  return counts.failedAt > 0 ? [row, ladder(counts, setting, width)] : [row]
}

function barOf(segments: readonly Segment[], most: number, width: number): string {
  const room = width - LABEL_WIDTH - 2 * COUNT_WIDTH - 2 - MARK_WIDTH
  const size = Math.max(0, Math.min(BAR_WIDTH_MAX, room))
  let used = 0
  const parts = segments.map(([count, character, color]) => {
    // Whatever there is shows, however little it is.
    const length = Math.min(size - used, count === 0 ? 0 : Math.max(1, Math.floor((count / most) * size)))
    used += length
    return color(character.repeat(length))
  })
  return parts.join('') + pc.dim('·'.repeat(size - used))
}

/** How many orders wait for each retry, are dead, and were given back: `in 1 s 12 → in 2 s 30 → dead 9 → replayed 7`. */
function ladder(counts: EffectCounts, { orders, retrySeconds }: Setting, width: number): string {
  const prefix = ' └ '
  const pad = String(orders).length
  const steps = (first: string, replayed: string) => [
    ...counts.waitingByRetry.map(
      (count, index) => [`${index === 0 ? first : ''}${retrySeconds[index]} s`, count, pc.magenta] as const,
    ),
    ['dead', counts.deadNow, pc.red] as const,
    [replayed, counts.replayed, pc.cyan] as const,
  ]
  const textOf = (all: ReturnType<typeof steps>, digits: number, color: boolean) =>
    all
      .map(([label, count, paint]) => {
        const text = `${label} ${String(count).padStart(digits)}`
        if (!color) return text
        return count > 0 ? paint(text) : pc.dim(text)
      })
      .join(color ? pc.dim(' → ') : ' → ')
  const variants = [
    [steps('retry in ', 'replayed'), pad],
    [steps('', 'replayed'), pad],
    [steps('', 'again'), pad],
    [steps('', 'again'), 1],
  ] as const
  const [all, pads] =
    variants.find(([each, digits]) => prefix.length + textOf(each, digits, false).length <= width) ??
    variants[3]
  return `${pc.dim(prefix)}${textOf(all, pads, true)}`
}

function unlucky(ledger: Ledger, width: number): string[] {
  const life = ledger.unluckiest
  if (!life) return []
  const [first, ...rest] = wrap(lifeText(life, ledger.retriesMax), width - 2)
  return [
    '',
    `${pc.bold(first!.slice(0, life.order.length))}${first!.slice(life.order.length)}`,
    ...rest.map((line) => `  ${line}`),
  ]
}

/** A command that does not fit would break when it is pasted, so it is left out. */
function commandLines(commands: readonly string[], width: number): string[] {
  const fitting = commands.filter(({ length }) => length <= width)
  return fitting.length === 0 ? [] : ['', ...fitting.map((command) => pc.dim(command))]
}

/** Lines of at most `width` characters, broken between words. */
export function wrap(text: string, width: number): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const last = lines.at(-1)!
    if (last === '') lines[lines.length - 1] = word
    else if (last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`
}

function plainLength(text: string): number {
  return stripVTControlCharacters(text).length
}

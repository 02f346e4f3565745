import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Remedy } from './services/service.js'
import { type Books, readBooks } from './story/books.js'
import { commandsFor } from './story/commands.js'
import { Ledger } from './story/ledger.js'
import { Payments } from './story/payments.js'
import type { Outcome } from './story/report.js'
import { Screen } from './story/screen.js'
import { Story } from './story/story.js'
import { Timeline } from './story/timeline.js'
import type { Databases } from './street/database-servers.js'
import { OtherCluster } from './street/other-cluster.js'
import { storyRetrySeconds } from './street/pace.js'
import { Street } from './street/street.js'
import type { Wound } from './wounds/wound.js'

/** How one scenario is played. */
export interface PlayOptions {
  readonly without?: Remedy | undefined
  readonly orders: number
  /** Orders a second, at speed 1. */
  readonly rate: number
  readonly seed: number
  readonly speed: number
  readonly databases: Databases
  readonly nameservers?: string | undefined
}

/** What a play came to. */
export interface Play {
  readonly outcome: Outcome
  readonly books: Books
  readonly ledger: Ledger
  readonly timeline: Timeline
  /** How long a message waits for each of its retries, in seconds. */
  readonly retrySeconds: readonly number[]
}

const FRAME_MS = 250
/** The exit code of a program that Ctrl-C ended. */
const INTERRUPTED = 130
const SETTLE_SECONDS_MAX = 120
/** Apache's broker asks after a transaction every 30 s. */
const SETTLE_ELSEWHERE_SECONDS_MAX = 300

/** What mends a wound, or that the run goes without it. */
export function remedyText({ remedy }: Wound, without: Remedy | undefined): string {
  return without === undefined ? `Remedy: ${remedy}.` : `Without its remedy (${without}).`
}

/**
 * Opens the street, lets customers pay, inflicts the wound, and compares the books at the end. `after` is called with what
 * it came to while the street is still there, its services stopped.
 */
export async function play(
  wound: Wound,
  options: PlayOptions,
  after: (played: Play, street: Street) => Promise<void>,
): Promise<void> {
  const { without, orders, rate, seed, speed, databases, nameservers } = options
  const elsewhere = nameservers === undefined ? undefined : await OtherCluster.open(nameservers)
  const retrySeconds = elsewhere?.retrySeconds ?? storyRetrySeconds(speed)
  const retriesMax = retrySeconds.length
  const closeAfterMs = wound.closeAfterSeconds && (wound.closeAfterSeconds * 1_000) / speed
  const hasCopy = wound.binlog ?? false
  const ledger = new Ledger(retriesMax)
  const timeline = new Timeline()
  let tell = (_at: number, _text: string): void => {}
  process.stdout.write('Opening the street, a process for each service …\n')
  const interrupted = new AbortController()
  const interrupt = () => interrupted.abort(new Error('interrupted'))
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
  const street = await Street.open({
    directory: await mkdtemp(join(tmpdir(), 'rocketeer-shop-')),
    nameservers,
    without,
    announce: wound.announce ?? 'transactions',
    retriesMax,
    closeAfterMs,
    hasCopy,
    copyTakesMs: wound.copyTakesMs,
    queues: wound.queues,
    databases,
    speed,
    signal: interrupted.signal,
    onEvent: (event) => {
      ledger.add(event)
      if (event.kind === 'note') tell(event.at, event.text)
      if (event.kind === 'breaker') tell(event.at, `Circuit breaker of the warehouse: ${event.state}.`)
    },
  }).catch(async (error) => {
    await elsewhere?.leave()
    // What fails after Ctrl-C, fails because of it.
    if (interrupted.signal.aborted) process.exit(INTERRUPTED)
    throw error
  })
  process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
  const screen = new Screen({
    title: wound.title,
    remedy: remedyText(wound, without),
    orders,
    retrySeconds,
    commands: (order) => commandsFor(street.nameservers, order),
  })
  tell = (at, text) => {
    timeline.sentences.push({ at, text })
    screen.say(at, text)
  }
  const payments = new Payments({
    orderService: street.urlOf('order'),
    orders,
    ordersPerSecond: rate * speed,
    twice: wound.twice ?? 0,
    unpaid: wound.unpaid ?? 0,
    atLastMoment: wound.atLastMoment ?? 0,
    lastMomentMs: closeAfterMs ?? 0,
    seed,
  })
  const story = new Story({
    street,
    payments,
    ledger,
    tell,
    timeline,
    without,
    retrySeconds,
    orders,
    hasCopy,
    speed,
    seed,
  })
  const close = async () => {
    await street.close()
    await elsewhere?.leave()
  }
  let leaving: Promise<void> | undefined
  const leave = () => {
    clearInterval(frames)
    screen.keep()
    leaving = close().finally(() => process.exit(INTERRUPTED))
  }
  process.once('SIGINT', leave).once('SIGTERM', leave)
  const draw = () => {
    timeline.look(street.elapsedMs, ledger)
    screen.draw({ elapsedMs: street.elapsedMs, ledger, harms: timeline.harms })
  }
  const frames = setInterval(draw, FRAME_MS)
  try {
    story.open()
    await wound.inflict(story)
    const recoverySeconds = await story.settle(elsewhere ? SETTLE_ELSEWHERE_SECONDS_MAX : SETTLE_SECONDS_MAX)
    clearInterval(frames)
    draw()
    timeline.end(street.elapsedMs, ledger)
    screen.keep()
    await street.stopServices()
    const books = await readBooks(street, story.late)
    const { lost, doubled, outOfOrder } = books
    const remedy = without === undefined
    const outcome = {
      scenario: wound.name,
      orders: books.orders,
      lost,
      doubled,
      outOfOrder,
      recoverySeconds,
      remedy,
    }
    process.off('SIGINT', leave).off('SIGTERM', leave)
    await after({ outcome, books, ledger, timeline, retrySeconds }, street)
  } finally {
    // What fails after Ctrl-C, fails because of it.
    await leaving
    clearInterval(frames)
    process.off('SIGINT', leave).off('SIGTERM', leave)
    screen.keep()
    payments.close()
    await close()
  }
}

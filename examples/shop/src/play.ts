import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Remedy } from './services/service.js'
import { type Books, readBooks } from './story/books.js'
import { Ledger } from './story/ledger.js'
import { Payments } from './story/payments.js'
import type { Outcome } from './story/report.js'
import { Screen } from './story/screen.js'
import { Story } from './story/story.js'
import { Street } from './street/street.js'
import type { Wound } from './wounds/wound.js'

/** How one scenario is played. */
export interface PlayOptions {
  readonly without?: Remedy | undefined
  readonly orders: number
  readonly seed: number
  readonly speed: number
  readonly nameservers?: string | undefined
}

/** What a play came to. */
export interface Play {
  readonly outcome: Outcome
  readonly books: Books
  readonly ledger: Ledger
  readonly story: Story
}

const RETRIES_MAX = 3
const ORDERS_PER_SECOND = 40
const FRAME_MS = 250
/** The exit code of a program that Ctrl-C ended. */
const INTERRUPTED = 130
const SETTLE_SECONDS_MAX = 120

/** Opens the street, lets customers pay, inflicts the wound, and compares the books at the end. */
export async function play(wound: Wound, options: PlayOptions): Promise<Play> {
  const { without, orders, seed, speed, nameservers } = options
  const ledger = new Ledger(RETRIES_MAX)
  const screen = new Screen()
  screen.title = wound.title
  const street = await Street.open({
    directory: await mkdtemp(join(tmpdir(), 'rocketeer-shop-')),
    nameservers,
    without,
    announce: wound.announce ?? 'transactions',
    retriesMax: RETRIES_MAX,
    speed,
    onEvent: (event) => {
      ledger.add(event)
      if (event.kind === 'note') screen.say(event.at, event.text)
    },
  })
  const payments = new Payments({
    orderService: street.urlOf('order'),
    orders,
    ordersPerSecond: ORDERS_PER_SECOND * speed,
    twice: wound.twice ?? 0,
    seed,
  })
  const story = new Story({ street, payments, ledger, screen, without, retriesMax: RETRIES_MAX, speed, seed })
  const leave = () => void street.close().finally(() => process.exit(INTERRUPTED))
  process.once('SIGINT', leave)
  const frames = setInterval(() => {
    screen.draw(street.elapsedMs, ledger)
  }, FRAME_MS)
  try {
    story.open()
    await wound.inflict(story)
    const recoverySeconds = await story.settle(SETTLE_SECONDS_MAX)
    await street.stopServices()
    const books = await readBooks(street)
    const { lost, doubled, outOfOrder } = books
    const remedy = without === undefined
    const outcome = {
      scenario: wound.name,
      orders: books.paid,
      lost,
      doubled,
      outOfOrder,
      recoverySeconds,
      remedy,
    }
    return { outcome, books, ledger, story }
  } finally {
    clearInterval(frames)
    process.off('SIGINT', leave)
    screen.keep()
    await street.close()
  }
}

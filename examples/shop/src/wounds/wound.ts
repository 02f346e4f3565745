import type { Remedy, ServiceConfig } from '../services/service.js'
import type { Books } from '../story/books.js'
import type { Story } from '../story/story.js'

/** One thing that goes wrong in the street, and what is done about it. */
export interface Wound {
  readonly name: string
  /** What goes wrong, as a title. */
  readonly title: string
  /** What the system does about it. */
  readonly remedy: string
  /** Remedies that a run can go without, to show the damage. */
  readonly without: readonly Remedy[]
  /** Set where it kills the cluster, so that it cannot be played on one of somebody else's. */
  readonly needsOwnCluster?: true
  readonly announce?: ServiceConfig['announce']
  /** Share of payments whose callback comes twice, 0 to 1. */
  readonly twice?: number
  /** Queues of the topic of paid orders, 8 by default. */
  readonly queues?: number
  /** Has the order service use a MariaDB, and a copy of its orders kept by their changes. */
  readonly binlog?: boolean
  /** What a change of that copy takes besides its statements. */
  readonly copyTakesMs?: number
  /** After how many seconds of the story an order that nobody has paid is closed; never without. */
  readonly closeAfterSeconds?: number
  /** Share of orders that are never paid, 0 to 1. */
  readonly unpaid?: number
  /** Share of orders that are paid just when they are about to be closed, 0 to 1. */
  readonly atLastMoment?: number
  /** Does the harm while customers pay, and lets what belongs to the remedy run. Resolves when the harm is over. */
  readonly inflict: (story: Story) => Promise<void>
  /** Whether the books show the damage that is to be expected without the remedy. */
  readonly isDamaged: (books: Books) => boolean
}

import type { Story } from '../story/story.js'
import { chance } from '../street/chance.js'
import type { Wound } from './wound.js'

/** With fewer orders a wound cannot be seen. */
const ORDERS_EACH_MIN = 40
/** A wound comes again when it has had so many orders. */
const ORDERS_EACH_MAX = 2_000
/** More than on its own: whoever cannot pay because the order service is away must not find the order closed. */
const CLOSE_AFTER_SECONDS = 20
/** A long run has more orders for each wound instead of more wounds. */
const ROUNDS_MAX = 3

/** All wounds, one after the other, in an order that the seed chooses; each has as many orders as the others. */
export function everything(wounds: readonly Wound[]): Wound {
  const most = (of: (wound: Wound) => number | undefined) => Math.max(...wounds.map((each) => of(each) ?? 0))
  return {
    name: 'all',
    title: 'Everything that can go wrong, one after the other',
    remedy: 'all of them, and an outbox in the order service',
    without: [],
    needsOwnCluster: true,
    // The way to announce a payment that survives a cluster that is away and a service that dies.
    announce: 'outbox',
    binlog: true,
    twice: most(({ twice }) => twice),
    closeAfterSeconds: CLOSE_AFTER_SECONDS,
    unpaid: most(({ unpaid }) => unpaid),
    atLastMoment: most(({ atLastMoment }) => atLastMoment),
    queues: Math.min(...wounds.flatMap(({ queues }) => queues ?? [])),
    inflict: (story) => inflictAll(story, wounds),
    isDamaged: ({ lost, doubled, outOfOrder }) => lost + doubled + outOfOrder > 0,
  }
}

async function inflictAll(story: Story, wounds: readonly Wound[]): Promise<void> {
  const { orders, seed } = story.parts
  const rounds = Math.min(Math.max(Math.floor(orders / wounds.length / ORDERS_EACH_MAX), 1), ROUNDS_MAX)
  const chapters = Array.from({ length: rounds }, (_, round) =>
    shuffled(wounds, `${seed} round ${round}`),
  ).flat()
  const shown = Math.min(chapters.length, Math.max(1, Math.floor(orders / ORDERS_EACH_MIN)))
  for (const [index, wound] of chapters.slice(0, shown).entries()) {
    const isLast = index + 1 === shown
    story.say(`Wound ${index + 1} of ${shown}: ${wound.title.toLowerCase()}.`)
    story.beginChapter(isLast ? story.ordersToCome : Math.floor(orders / shown))
    await wound.inflict(story)
    story.letIn(1)
    await story.untilQuiet()
  }
  story.say(
    `Wounds inflicted: ${chapters
      .slice(0, shown)
      .map(({ name }) => name)
      .join(', ')}.`,
  )
}

function shuffled(wounds: readonly Wound[], name: string): Wound[] {
  const rank = ({ name: wound }: Wound) => chance(0, `${name} ${wound}`)
  return [...wounds].sort((one, other) => rank(one) - rank(other))
}

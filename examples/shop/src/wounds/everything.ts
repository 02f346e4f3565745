import { chance } from '../street/chance.js'
import type { Wound } from './wound.js'

/** How many orders each wound gets, and how many have to be left for one to begin. */
const ORDERS_EACH = 200

/** All wounds that a running street can have, one after the other, in an order that the seed chooses, until all have paid. */
export function everything(wounds: readonly Wound[]): Wound {
  return {
    name: 'all',
    title: 'Everything that can go wrong, one after the other',
    remedy: 'all of them: outbox, inbox, circuit breaker, dead-letter worker',
    without: [],
    ...(wounds.some(({ needsOwnCluster }) => needsOwnCluster) ? { needsOwnCluster: true } : {}),
    // The way to announce a payment that survives a cluster that is away and a service that dies.
    announce: 'outbox',
    twice: Math.max(...wounds.map(({ twice = 0 }) => twice)),
    async inflict(story) {
      const { seed } = story.parts
      const counts = new Map<string, number>()
      for (let round = 1; story.ordersToCome >= ORDERS_EACH || round === 1; round++) {
        const left = wounds.filter(({ name }) => (counts.get(name) ?? 0) < Math.ceil(round / wounds.length))
        const wound = left[Math.floor(chance(seed, `wound ${round}`) * left.length)]!
        counts.set(wound.name, (counts.get(wound.name) ?? 0) + 1)
        story.say(`Wound ${round}: ${wound.title.toLowerCase()}.`)
        story.beginChapter(ORDERS_EACH)
        await wound.inflict(story)
      }
      const inflicted = [...counts].map(([name, count]) => `${name} ${count}`).join(', ')
      story.say(`Wounds inflicted: ${inflicted}.`)
    },
    isDamaged: ({ lost, doubled }) => lost + doubled > 0,
  }
}

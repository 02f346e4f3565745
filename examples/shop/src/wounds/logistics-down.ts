import type { Story } from '../story/story.js'
import type { Wound } from './wound.js'

/** So many that the dead-letter worker, whose probe is the warehouse's own database, stops replaying for half a minute. */
const DEAD_AGAIN = 10
const HELD_SECONDS = 8

/** The logistics partner refuses, then takes requests and never answers, then its process is gone. */
export const logisticsDown: Wound = {
  name: 'logistics-down',
  title: 'The logistics partner does not answer',
  remedy: 'a circuit breaker: it holds the messages until the partner answers, and no retry is used up',
  without: ['breaker'],
  async inflict(story) {
    await story.untilPaid(0.2)
    await story.harm(async () => {
      await setMood(story, 'refuses')
      story.say('The logistics partner answers 503 to everything.')
      await story.seconds(HELD_SECONDS / 3)
      await setMood(story, 'hangs')
      story.say('Now it takes requests and never answers.')
      await story.seconds(HELD_SECONDS / 3)
      const partner = story.street.service('logistics')
      await partner.kill()
      story.say('Now its process is gone.')
      if (story.isWithout('breaker'))
        await story.until(() => story.parts.ledger.countsOf('goods').deadAgain, story.atMost(DEAD_AGAIN))
      else await story.seconds(HELD_SECONDS / 3)
      await partner.start()
    })
    story.say('The logistics partner answers again.')
  },
  isDamaged: ({ lost }) => lost > 0,
}

async function setMood(story: Story, mood: 'refuses' | 'hangs'): Promise<void> {
  await fetch(`${story.street.urlOf('logistics')}/mood`, { method: 'POST', body: JSON.stringify({ mood }) })
}

import type { Story } from '../story/story.js'
import type { Wound } from './wound.js'

/** So many that the dead-letter worker, whose probe is the warehouse's own database, stops replaying. */
const DEAD_AGAIN = 10
const FAILURES = 5
const HELD_SECONDS = 4

/** The logistics partner takes requests and never answers, then refuses, then its process is gone. */
export const logisticsDown: Wound = {
  name: 'logistics-down',
  title: 'The logistics partner does not answer',
  remedy: 'a circuit breaker: it holds the messages until the partner answers, and no retry is used up',
  without: ['breaker'],
  async inflict(story) {
    const { ledger } = story.parts
    const goods = ledger.countsOf('goods')
    story.letIn(0.2)
    await story.untilQuiet()
    await story.harm(async () => {
      await setMood(story, 'hangs')
      story.say('The logistics partner takes requests and never answers.')
      story.letIn(1)
      const failures = () => goods.failedByAttempt.reduce((sum, count) => sum + count, 0)
      // On a busy machine it may be open already.
      if (story.isWithout('breaker')) await story.until(failures, failures() + story.atMost(FAILURES))
      else await story.until(() => Number(ledger.breaker !== 'closed'), 1)
      await setMood(story, 'refuses')
      story.say('Now it answers 503 to everything.')
      await story.seconds(HELD_SECONDS / 2)
      const partner = story.street.service('logistics')
      await partner.kill()
      story.say('Now its process is gone.')
      if (story.isWithout('breaker')) await story.until(() => goods.deadAgain, story.atMost(DEAD_AGAIN))
      else await story.seconds(HELD_SECONDS / 2)
      await partner.start()
      if (!story.isWithout('breaker')) return
      story.late = goods.deadNow
      story.say(`${story.late} orders are dead letters: their goods come later than the shop promises.`)
    })
    story.say('The logistics partner answers again.')
  },
  isDamaged: ({ lost }) => lost > 0,
}

async function setMood(story: Story, mood: 'refuses' | 'hangs'): Promise<void> {
  await fetch(`${story.street.urlOf('logistics')}/mood`, { method: 'POST', body: JSON.stringify({ mood }) })
}

import type { Wound } from './wound.js'

const DEATHS = 4

/** Callbacks come twice, and consumers die after the effect and before their offset is committed. */
export const duplicates: Wound = {
  name: 'duplicates',
  title: 'Everything comes twice',
  remedy: 'idempotent consumers: an inbox in the database of each effect',
  without: ['idempotency'],
  twice: 0.3,
  async inflict(story) {
    await story.harm(async () => {
      for (let death = 1; death <= DEATHS; death++) {
        await story.moment(`death ${death}`, 0.5, 2.5)
        const name = death % 2 === 0 ? 'points' : 'coupon'
        const service = story.street.service(name)
        await service.kill()
        story.say(`SIGKILL of the ${name} service: what it has done since its last commit comes again.`)
        await service.start()
      }
    })
  },
  isDamaged: ({ doubled }) => doubled > 0,
}

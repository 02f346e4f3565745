import type { Wound } from './wound.js'

const PAID_MEANWHILE = 40
/** Payments that no broker took, when there is no journal. */
const UNANNOUNCED = 5

/** Nameserver and broker are killed and stay away while customers go on paying. */
export const clusterDown: Wound = {
  name: 'cluster-down',
  title: 'The whole cluster is down',
  remedy: 'a journal in the order service: messages wait in a file until a broker takes them, in order',
  without: ['journal'],
  announce: 'journal',
  needsOwnCluster: true,
  async inflict(story) {
    const cluster = story.street.cluster!
    story.letIn(0.2)
    await story.untilQuiet()
    await story.harm(async () => {
      await cluster.kill()
      story.say('SIGKILL of nameserver and broker. Customers go on paying.')
      const { paid } = story.parts.ledger
      const before = paid.size
      story.letIn(1)
      if (story.isWithout('journal'))
        await story.until(() => story.parts.ledger.unannounced.size, story.atMost(UNANNOUNCED))
      await story.until(() => paid.size, before + story.atMost(PAID_MEANWHILE))
      story.say(`${paid.size - before} orders were paid meanwhile.`)
      await cluster.start()
    })
    story.say('The cluster is back.')
  },
  isDamaged: ({ lost }) => lost > 0,
}

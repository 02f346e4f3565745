import type { Wound } from './wound.js'

const DEATHS = 3

/** Some customers never pay, and some pay at the very last moment; the order service, which closes orders, is killed. */
export const unpaidOrders: Wound = {
  name: 'unpaid-orders',
  title: 'Orders that nobody pays',
  remedy:
    'delayed checks: a message for each order comes back when its time is up, and closes it unless it is paid',
  without: ['delayed-check'],
  closeAfterSeconds: 8,
  unpaid: 0.25,
  atLastMoment: 0.1,
  async inflict(story) {
    const { ledger } = story.parts
    story.say(
      'A quarter of the customers will never pay; one in ten pays in the second in which the order is closed.',
    )
    if (story.isWithout('delayed-check')) return
    const counts = story.commits('close', DEATHS, story.customersWhoPay('never').length)
    const onDeath = (death: number) =>
      story.say(
        `SIGKILL of the order service (${death} of ${counts.length}) right after it has closed an order; ` +
          `${ledger.closed.size} closed so far.`,
      )
    await story.harm(() => story.dieAtCommits('order', 'close', { counts, onDeath }))
  },
  isDamaged: ({ leftOpen }) => leftOpen > 0,
}

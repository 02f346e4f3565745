import { Rounds, systemClock } from '@rocketeer/foundation'
import { STATES } from './order-copy.js'
import type { ServiceNeeds } from './service.js'

const STEP_MS = 300

/**
 * What happens to paid orders afterwards: each takes a step towards `arrived` now and then, so that its row changes often.
 * How far it is stands in the row alone, so it goes on where it was when the process is killed.
 */
export async function deliverPaid({ database, tell }: ServiceNeeds): Promise<Rounds> {
  await database.run('CREATE INDEX IF NOT EXISTS orders_by_state ON orders (state)')
  const step = 'UPDATE orders SET state = ? WHERE state = ?'
  const rounds = new Rounds({
    clock: systemClock,
    round: async () => {
      // The last step first: each order takes one.
      for (let index = STATES.length - 1; index > 1; index--)
        await database.run(step, [STATES[index]!, STATES[index - 1]!])
      return systemClock.now() + STEP_MS
    },
    onFailure: (error) => tell({ kind: 'problem', text: String(error) }),
    retryAfterMs: STEP_MS,
  })
  rounds.start()
  rounds.due(systemClock.now() + STEP_MS)
  return rounds
}

import type { Resources } from '@rocketeer/foundation'
import { Puller, type PullerNeeds } from './puller.js'
import { WaitingPulls } from './waiting-pulls.js'

export type PullNeeds = Omit<PullerNeeds, 'waitingPulls'>

export interface Pull {
  readonly waitingPulls: WaitingPulls
  readonly puller: Puller
}

export function openPull(needs: PullNeeds, resources: Resources): Pull {
  const waitingPulls = resources.use(new WaitingPulls(needs))
  return { waitingPulls, puller: new Puller({ ...needs, waitingPulls }) }
}

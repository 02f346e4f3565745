import type { Logger, Resources } from '@rocketeer/foundation'
import { HeldPulls } from './held-pulls.js'
import { Puller, type PullerNeeds } from './puller.js'

export interface PullNeeds extends Omit<PullerNeeds, 'held'> {
  readonly logger: Logger
}

export interface Pull {
  readonly held: HeldPulls
  readonly puller: Puller
}

export function openPull(needs: PullNeeds, resources: Resources): Pull {
  const held = resources.use(new HeldPulls(needs))
  return { held, puller: new Puller({ ...needs, held }) }
}

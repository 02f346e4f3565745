import { SendBack, type SendBackNeeds } from './send-back.js'

/** Messages that consumers failed on. */
export interface Retry {
  readonly sendBack: SendBack
}

export function openRetry(needs: SendBackNeeds): Retry {
  return { sendBack: new SendBack(needs) }
}

import type { Clock } from '@rocketeer/foundation'
import type { MessageStore } from '@rocketeer/store'
import type { LiveConfig } from '../options/live-config.js'
import { Appender } from './appender.js'
import type { DelayLevels } from './delay-levels.js'
import { SendGate } from './send-gate.js'

export interface WritingNeeds {
  readonly store: MessageStore
  readonly levels: DelayLevels
  readonly config: LiveConfig
  readonly clock: Clock
}

/** What every message passes on its way to the store. */
export interface Writing {
  readonly appender: Appender
  readonly gate: SendGate
}

export function openWriting(needs: WritingNeeds): Writing {
  return { appender: new Appender(needs), gate: new SendGate(needs) }
}

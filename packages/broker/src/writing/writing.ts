import type { Clock } from '@rocketeer/foundation'
import type { MessageStore } from '@rocketeer/store'
import type { LiveConfig } from '../options/live-config.js'
import { Appender } from './appender.js'
import { DelayLevels } from './delay-levels.js'
import { SendGate } from './send-gate.js'

export interface WritingNeeds {
  readonly store: MessageStore
  readonly config: LiveConfig
  readonly clock: Clock
}

/** What stands between every message that is stored and the store. */
export interface Writing {
  readonly levels: DelayLevels
  readonly appender: Appender
  readonly gate: SendGate
}

export function openWriting(needs: WritingNeeds): Writing {
  const levels = new DelayLevels(needs.config.current.delayLevels)
  return { levels, appender: new Appender({ ...needs, levels }), gate: new SendGate(needs) }
}

import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { optional, text } from '../command/field.js'

/** Chooses between file and RocksDB timers. Apache: MQClientAPIImpl.switchTimerEngine. */
export const switchTimerEngine = defineCommand({
  code: RequestCode.SWITCH_TIMER_ENGINE,
  request: {
    timerEngineType: optional(text({ wire: 'E_T' })),
  },
})

import { ResponseCode, type switchTimerEngine } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { LiveConfig } from '../live-config.js'

/** Apache: MessageConst.TIMER_ENGINE_FILE_TIME_WHEEL. */
const FILE_TIME_WHEEL = 'F'

/** There is one engine here, and whoever asks for files has them. Apache: AdminBrokerProcessor.switchTimerEngine. */
export function switchTimerEngineHandler({
  config,
}: {
  config: LiveConfig
}): HandlerOf<typeof switchTimerEngine> {
  return ({ fields: { timerEngineType } }) => {
    const refused = (remark: string) => ({ code: ResponseCode.INVALID_PARAMETER, remark })
    if (!config.current.timerWheelEnable) return refused('broker timerWheelEnable is false')
    if (timerEngineType === FILE_TIME_WHEEL) return { remark: 'switch timer engine success' }
    return refused(`timers are kept in files (F) here, there is no engine "${timerEngineType ?? ''}"`)
  }
}

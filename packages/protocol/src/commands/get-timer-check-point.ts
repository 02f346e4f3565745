import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'

/** A slave copies how far the timer log was worked off. Apache: TimerCheckpoint (response body). */
export const getTimerCheckPoint = defineCommand({
  code: RequestCode.GET_TIMER_CHECK_POINT,
})

import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'

/**
 * A slave copies how far each delay level was delivered; the body is the text of delayOffset.json. Apache:
 * ScheduleMessageService.encode (response body).
 */
export const getAllDelayOffset = defineCommand({
  code: RequestCode.GET_ALL_DELAY_OFFSET,
})

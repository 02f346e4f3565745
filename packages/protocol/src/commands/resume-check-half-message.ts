import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { optional, text } from '../command/field.js'

/** Checks a half message again whose checks were used up. Apache: ResumeCheckHalfMessageRequestHeader. */
export const resumeCheckHalfMessage = defineCommand({
  code: RequestCode.RESUME_CHECK_HALF_MESSAGE,
  request: {
    topic: optional(text()),
    msgId: optional(text()),
  },
})

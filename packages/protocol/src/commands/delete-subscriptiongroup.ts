import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { boolean, text } from '../command/field.js'

/** Deletes a consumer group, with its offsets when asked for. Apache: DeleteSubscriptionGroupRequestHeader. */
export const deleteSubscriptiongroup = defineCommand({
  code: RequestCode.DELETE_SUBSCRIPTIONGROUP,
  request: {
    groupName: text(),
    cleanOffset: boolean({ default: false }),
  },
})

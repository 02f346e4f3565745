import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { text } from '../command/field.js'

/** The broker tells a consumer that its group has changed. One-way. Apache: NotifyConsumerIdsChangedRequestHeader. */
export const notifyConsumerIdsChanged = defineCommand({
  code: RequestCode.NOTIFY_CONSUMER_IDS_CHANGED,
  request: {
    consumerGroup: text(),
  },
})

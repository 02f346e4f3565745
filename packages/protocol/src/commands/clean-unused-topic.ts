import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'

/**
 * Deletes consume queues of topics that no longer exist. Apache: MQClientAPIImpl.cleanUnusedTopicByAddr (no
 * header).
 */
export const cleanUnusedTopic = defineCommand({
  code: RequestCode.CLEAN_UNUSED_TOPIC,
})

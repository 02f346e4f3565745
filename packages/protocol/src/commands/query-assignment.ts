import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'

/**
 * Asks the broker to share queues out instead of the client; everything is in the bodies. Apache:
 * QueryAssignmentRequestBody.
 */
export const queryAssignment = defineCommand({
  code: RequestCode.QUERY_ASSIGNMENT,
})

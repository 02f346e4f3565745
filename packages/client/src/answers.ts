import { isRocketeerError, type RocketeerError } from '@rocketeer/foundation'
import { ResponseCode, responseCodeName } from '@rocketeer/protocol'
import { type BrokerAnswer, clientErrors } from './errors.js'

const BUSY_ANSWERS: ReadonlySet<number> = new Set([
  ResponseCode.SYSTEM_BUSY,
  ResponseCode.SERVICE_NOT_AVAILABLE,
  ResponseCode.FLOW_CONTROL,
  ResponseCode.GO_AWAY,
])

/** To a request for a queue that the topic has not got: brokers of 4.x and of 5.x. */
const QUEUE_ANSWERS: ReadonlySet<number> = new Set([
  ResponseCode.SYSTEM_ERROR,
  ResponseCode.INVALID_PARAMETER,
])

/** The error for a broker's answer that the caller does not accept: `BROKER_BUSY` where trying again helps. */
export function answerError({
  remark = '',
  ...answered
}: Omit<BrokerAnswer, 'answerName' | 'remark'> & {
  remark?: string | undefined
}): RocketeerError<BrokerAnswer> {
  const details = { ...answered, answerName: responseCodeName(answered.answer), remark }
  const isBusy = BUSY_ANSWERS.has(answered.answer)
  return isBusy ? clientErrors.BROKER_BUSY(details) : clientErrors.BROKER_REFUSED(details)
}

/** The response code of a broker's refusal; undefined for every other error. */
export function answerOf(error: unknown): number | undefined {
  const isAnswer = isRocketeerError(error, 'BROKER_BUSY') || isRocketeerError(error, 'BROKER_REFUSED')
  return isAnswer ? error.details.answer : undefined
}

/** Whether a broker refused a request because its topic has no such queue (any more). Apache has no code of its own for it. */
export function isQueueRefused(error: unknown): boolean {
  if (!isRocketeerError(error, 'BROKER_REFUSED')) return false
  return QUEUE_ANSWERS.has(error.details.answer) && /queueId\[\d+\] is illegal/.test(error.details.remark)
}

/**
 * Whether a broker does not know the group yet, which has had no heartbeat of a member. It says so with SYSTEM_ERROR.
 * Apache: ConsumerManageProcessor.getConsumerListByGroup.
 */
export function isWithoutMembers(error: unknown): boolean {
  if (!isRocketeerError(error, 'BROKER_REFUSED')) return false
  const { answer, remark } = error.details
  return answer === ResponseCode.SYSTEM_ERROR && remark.startsWith('no consumer for this group')
}

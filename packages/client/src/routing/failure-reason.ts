import { isRocketeerError, messageOf } from '@rocketeer/foundation'

/** Why a request failed, without the address, which the message that quotes the reason names already. */
export function failureReasonOf(error: unknown): string {
  if (isRocketeerError(error)) {
    const reason = (error.details as { reason?: unknown }).reason
    if (typeof reason === 'string') return reason
  }
  return messageOf(error)
}

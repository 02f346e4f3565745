import { refusalRow } from '@rocketeer/foundation'
import { ResponseCode } from '@rocketeer/protocol'

/** Apache's words depend on what is asked of a broker whose timers are switched off. */
const timersDisabled = {
  send: 'accurate timer message is not enabled, timerWheelEnable is false (allowTimers here)',
  checkpoint: 'The checkpoint is null: timerWheelEnable (allowTimers here) is false on this broker',
  metrics: 'The timer message store is null: timerWheelEnable (allowTimers here) is false on this broker',
}

/** Why a message with a delivery time is not stored, or not recalled. */
export const timerRefusals = {
  TIMERS_DISABLED: refusalRow<{ to: keyof typeof timersDisabled }>({
    message: ({ to }) => timersDisabled[to],
    responseCode: ResponseCode.SYSTEM_ERROR,
  }),
  TIMERS_FULL: refusalRow<{ timersMax: number }>({
    message: ({ timersMax }) => `timer message is under flow control, max num limit is ${timersMax}`,
    responseCode: ResponseCode.SYSTEM_ERROR,
    retryable: true,
  }),
  /** `reason` says which of Apache's cases it is. */
  TIMER_ILLEGAL: refusalRow<{ delayMsMax: number; reason: string }>({
    message: ({ delayMsMax, reason }) =>
      `timer message illegal, the delay time should not be bigger than the max delay ${delayMsMax}ms; or if set del msg, the delay time should be bigger than the current time. Here ${reason}`,
    responseCode: ResponseCode.MESSAGE_ILLEGAL,
  }),
  TIMER_ENGINE_DISABLED: refusalRow<object>({
    message: () => 'broker timerWheelEnable is false (allowTimers here)',
    responseCode: ResponseCode.INVALID_PARAMETER,
  }),
  TIMER_ENGINE_UNKNOWN: refusalRow<{ engine: string }>({
    message: ({ engine }) => `timers are kept in files (F) here, there is no engine "${engine}"`,
    responseCode: ResponseCode.INVALID_PARAMETER,
  }),
  RECALL_DISABLED: refusalRow<object>({
    message: () =>
      'recall failed, operation is forbidden: set allowRecall on the broker (recallMessageEnable in a broker.conf)',
    responseCode: ResponseCode.NO_PERMISSION,
  }),
  RECALL_NOT_WRITABLE: refusalRow<object>({
    message: () => 'recall failed, broker service not available: it may not be written to',
    responseCode: ResponseCode.SERVICE_NOT_AVAILABLE,
  }),
  RECALL_HANDLE_ILLEGAL: refusalRow<{ reason: string }>({
    message: ({ reason }) => reason,
    responseCode: ResponseCode.ILLEGAL_OPERATION,
  }),
  RECALL_FAILED: refusalRow<{ reason: string }>({
    message: ({ reason }) => reason,
    responseCode: ResponseCode.SYSTEM_ERROR,
  }),
}

import { defineErrors, defineRefusals, errorRow } from '@rocketeer/foundation'
import { ResponseCode, responseCodeName } from '@rocketeer/protocol'
import { accessRefusals } from './refusals/access-refusals.js'
import { administrationRefusals } from './refusals/administration-refusals.js'
import { consumeRefusals } from './refusals/consume-refusals.js'
import { filterRefusals } from './refusals/filter-refusals.js'
import { sendRefusals } from './refusals/send-refusals.js'
import { timerRefusals } from './refusals/timer-refusals.js'

/** What can go wrong with a broker itself. */
export const brokerErrors = defineErrors({
  /** `vipOf`: the port of what may be a broker whose VIP channel this is. */
  PORT_IN_USE: errorRow<{ host: string; port: number; vipOf?: number | undefined; option: string }>({
    message: ({ host, port, vipOf, option }) =>
      `port ${port} on ${host} is taken by another process${vipOf === undefined ? '' : ` (perhaps a broker on port ${vipOf}, which also listens two ports below)`}: stop it, or choose another port with ${option}`,
  }),
  /** `reason` says what is wrong with `vipPort`, as in `is taken`. */
  VIP_CHANNEL_FAILED: errorRow<{
    host: string
    port: number
    vipPort: number
    reason: string
    option: string
  }>({
    message: ({ host, port, vipPort, reason, option }) =>
      `a broker on port ${port} also listens two ports below, where clients up to 4.5.0 look for it (their VIP channel), but port ${vipPort} on ${host} ${reason}: choose another port with ${option}, or switch the VIP channel off with vipChannel: false`,
  }),
  REGISTRATION_REFUSED: errorRow<{ nameserver: string; code: number; remark: string }>({
    message: ({ nameserver, code, remark }) =>
      `the nameserver ${nameserver} refused this broker: ${responseCodeName(code)} ${remark}`,
    retryable: true,
  }),
  CONFIG_FILE_BROKEN: errorRow<{ path: string; reason: string }>({
    message: ({ path, reason }) =>
      `${path} cannot be read (${reason}) and there is no usable ${path}.bak: put a good copy in its place, or remove both to start with an empty table`,
  }),
  CONFIG_FILE_NOT_SAVED: errorRow<{ path: string; reason: string }>({
    message: ({ path, reason }) => `${path} could not be written: ${reason}`,
    retryable: true,
    responseCode: ResponseCode.SYSTEM_ERROR,
  }),
})

/**
 * Why the broker does not carry out a request: handlers and services throw these. Response codes and texts are those
 * Apache's broker answers in the same case, or more telling ones; another protocol uses the code of the row.
 */
export const refusals = defineRefusals({
  ...accessRefusals,
  ...filterRefusals,
  ...sendRefusals,
  ...timerRefusals,
  ...consumeRefusals,
  ...administrationRefusals,
})

declare module '@rocketeer/foundation' {
  interface ErrorTables {
    broker: typeof brokerErrors
  }
}

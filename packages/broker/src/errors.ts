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
  PORT_IN_USE: errorRow<{ host: string; port: number; option: string }>({
    message: ({ host, port, option }) =>
      `port ${port} on ${host} is taken by another process: stop it, or choose another port with ${option}`,
  }),
  REGISTRATION_REFUSED: errorRow<{ nameserver: string; code: number; remark: string }>({
    message: ({ nameserver, code, remark }) =>
      `the nameserver ${nameserver} refused this broker: ${responseCodeName(code)} ${remark}`,
    retryable: true,
  }),
  CONFIG_FILE_BROKEN: errorRow<{ path: string; reason: string }>({
    message: ({ path, reason }) =>
      `${path} cannot be read (${reason}) and there is no usable ${path}.bak: put a good copy in its place, or remove the file to start with an empty table`,
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

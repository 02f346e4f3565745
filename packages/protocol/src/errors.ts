import { defineErrors, errorRow } from '@rocketeer/foundation'
import { ResponseCode } from './codes/response-code.js'

/** Errors in bytes or values from outside. */
export const protocolErrors = defineErrors({
  FRAME_TOO_LARGE: errorRow<{ frameBytes: number; frameBytesMax: number }>({
    message: ({ frameBytes, frameBytesMax }) =>
      `a frame of ${frameBytes} bytes was announced, the limit is ${frameBytesMax} (frameBytesMax)`,
  }),
  FRAME_MALFORMED: errorRow<{ reason: string }>({
    message: ({ reason }) => `not a RocketMQ frame: ${reason}`,
  }),
  HEADER_FIELD_MISSING: errorRow<{ command: string; field: string }>({
    message: ({ command, field }) => `${command}: the header field "${field}" is missing`,
    responseCode: ResponseCode.SYSTEM_ERROR,
  }),
  HEADER_FIELD_INVALID: errorRow<{ command: string; field: string; reason: string }>({
    message: ({ command, field, reason }) => `${command}: the header field "${field}" ${reason}`,
    responseCode: ResponseCode.SYSTEM_ERROR,
  }),
  RECORD_MALFORMED: errorRow<{ reason: string }>({
    message: ({ reason }) => `not a message record: ${reason}`,
  }),
  RECORD_TOO_LARGE: errorRow<{ what: string; bytes: number; bytesMax: number }>({
    message: ({ what, bytes, bytesMax }) => `${what} has ${bytes} bytes, the limit is ${bytesMax}`,
    responseCode: ResponseCode.MESSAGE_ILLEGAL,
  }),
  BODY_MALFORMED: errorRow<{ body: string; reason: string }>({
    message: ({ body, reason }) => `${body}: ${reason}`,
    responseCode: ResponseCode.SYSTEM_ERROR,
  }),
  HANDLE_MALFORMED: errorRow<{ reason: string }>({
    message: ({ reason }) =>
      `not the handle of a popped message: ${reason} (it is the message's property POP_CK, given back unchanged)`,
    responseCode: ResponseCode.MESSAGE_ILLEGAL,
  }),
  DELAY_LEVELS_MALFORMED: errorRow<{ level: string }>({
    message: ({ level }) =>
      `"${level}" is not a delay level: a whole number and s, m, h or d, parted by spaces, for example "1s 5s 1m 2h"`,
  }),
  MESSAGE_ID_MALFORMED: errorRow<{ messageId: string }>({
    message: ({ messageId }) =>
      `"${messageId}" is not an offset message id: 32 hex digits for IPv4 (8 address, 8 port, 16 offset), 56 for IPv6`,
    responseCode: ResponseCode.SYSTEM_ERROR,
  }),
})

declare module '@rocketeer/foundation' {
  interface ErrorTables {
    protocol: typeof protocolErrors
  }
}

import { defineErrors, errorRow } from '@rocketeer/foundation'

/** What can go wrong between two peers. The same call may succeed later, except where a caller must change it first. */
export const remotingErrors = defineErrors({
  ADDRESS_INVALID: errorRow<{ address: string }>({
    message: ({ address }) =>
      `"${address}" is not an address: write host:port, for example 127.0.0.1:9876 or [::1]:9876`,
  }),
  CONNECT_FAILED: errorRow<{ address: string; reason: string }>({
    message: ({ address, reason }) =>
      `no connection to ${address}: ${reason}; is something listening there, and can this machine reach it?`,
    retryable: true,
  }),
  REQUEST_TIMEOUT: errorRow<{ address: string; command: string; timeoutMs: number }>({
    message: ({ address, command, timeoutMs }) =>
      `${address} did not answer ${command} within ${timeoutMs} ms (timeoutMs)`,
    retryable: true,
  }),
  CONNECTION_CLOSED: errorRow<{ address: string; reason: string }>({
    message: ({ address, reason }) => `the connection to ${address} was closed: ${reason}`,
    retryable: true,
  }),
  CONNECTION_IDLE: errorRow<{ address: string; idleTimeoutMs: number }>({
    message: ({ address, idleTimeoutMs }) =>
      `${address} neither sent a whole frame nor took one for ${idleTimeoutMs} ms (idleTimeoutMs)`,
    retryable: true,
  }),
  WRITE_STALLED: errorRow<{ address: string; bytes: number; writeStallMs: number }>({
    message: ({ address, bytes, writeStallMs }) =>
      `${address} has not read for ${writeStallMs} ms (writeStallMs) while ${bytes} bytes wait for it`,
    retryable: true,
  }),
  TOO_MANY_PENDING: errorRow<{ address: string; pendingMax: number }>({
    message: ({ address, pendingMax }) =>
      `${pendingMax} requests to ${address} wait for an answer already (pendingRequestsMax); send slower`,
    retryable: true,
  }),
  SEND_BUFFER_FULL: errorRow<{ address: string; bytes: number }>({
    message: ({ address, bytes }) =>
      `${address} reads too slowly: ${bytes} bytes wait to be sent to it already; send slower`,
    retryable: true,
  }),
  SEND_BUFFERS_FULL: errorRow<{ address: string; bytes: number; sendBuffersBytesMax: number }>({
    message: ({ address, bytes, sendBuffersBytesMax }) =>
      `${bytes} bytes wait to be sent over all connections, the limit is ${sendBuffersBytesMax} (sendBuffersBytesMax); ${address} takes its share most slowly`,
    retryable: true,
  }),
  HALF_FRAMES_TOO_LARGE: errorRow<{ address: string; bytes: number; halfFrameBytesMax: number }>({
    message: ({ address, bytes, halfFrameBytesMax }) =>
      `${bytes} bytes of unfinished frames have arrived, the limit is ${halfFrameBytesMax} (halfFrameBytesMax); most are from ${address}`,
    retryable: true,
  }),
  PORT_IN_USE: errorRow<{ host: string; port: number }>({
    message: ({ host, port }) =>
      `port ${port} on ${host} is taken by another process: stop that one, or choose another port (0 takes any free one)`,
  }),
  LISTEN_FAILED: errorRow<{ host: string; port: number; reason: string }>({
    message: ({ host, port, reason }) => `cannot listen on ${host}:${port}: ${reason}`,
  }),
})

declare module '@rocketeer/foundation' {
  interface ErrorTables {
    remoting: typeof remotingErrors
  }
}

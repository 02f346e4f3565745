import { defineErrors, errorRow } from '@rocketeer/foundation'

/** What can go wrong between two peers. */
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
  /** `sent`: false when the request has certainly not left, because there was no connection in time. */
  REQUEST_TIMEOUT: errorRow<{ address: string; command: string; timeoutMs: number; sent?: boolean }>({
    message: ({ address, command, timeoutMs }) =>
      `${address} did not answer ${command} within ${timeoutMs} ms (timeoutMs)`,
    retryable: true,
  }),
  /** `sent`: false when the request has certainly not left, because the connection was closed before. */
  CONNECTION_CLOSED: errorRow<{ address: string; reason: string; sent?: boolean }>({
    message: ({ address, reason }) => `the connection to ${address} was closed: ${reason}`,
    retryable: true,
  }),
  CONNECTION_IDLE: errorRow<{ address: string; idleTimeoutMs: number }>({
    message: ({ address, idleTimeoutMs }) =>
      `${address} has sent no whole frame for ${idleTimeoutMs} ms (idleTimeoutMs)`,
    retryable: true,
  }),
  CONNECTION_SILENT: errorRow<{ address: string; silentMs: number; sent?: boolean }>({
    message: ({ address, silentMs }) =>
      `nothing has come from ${address} for ${silentMs} ms, though it was asked: it has gone, or something between here and there forgot the connection`,
    retryable: true,
  }),
  WRITE_STALLED: errorRow<{ address: string; bytes: number; writeStallMs: number; sent?: boolean }>({
    message: ({ address, bytes, writeStallMs }) =>
      `${address} has read nothing for ${writeStallMs} ms (writeStallMs) while ${bytes} bytes wait to be sent to it`,
    retryable: true,
  }),
  TOO_MANY_PENDING: errorRow<{ address: string; pendingMax: number }>({
    message: ({ address, pendingMax }) =>
      `${pendingMax} requests to ${address} already wait for an answer (pendingRequestsMax); send more slowly`,
    retryable: true,
  }),
  SEND_BUFFER_FULL: errorRow<{ address: string; bytes: number }>({
    message: ({ address, bytes }) =>
      `${address} reads too slowly: ${bytes} bytes already wait to be sent to it; send more slowly`,
    retryable: true,
  }),
  SEND_BUFFERS_FULL: errorRow<{ address: string; bytes: number; sendBuffersBytesMax: number }>({
    message: ({ address, bytes, sendBuffersBytesMax }) =>
      `${bytes} bytes wait to be sent over all connections, the limit is ${sendBuffersBytesMax} (sendBuffersBytesMax); most of them are for ${address}`,
    retryable: true,
  }),
  PARTIAL_FRAMES_TOO_LARGE: errorRow<{ address: string; bytes: number; partialFrameBytesMax: number }>({
    message: ({ address, bytes, partialFrameBytesMax }) =>
      `${bytes} bytes of partial frames have arrived, the limit is ${partialFrameBytesMax} (partialFrameBytesMax); most of them are from ${address}`,
    retryable: true,
  }),
  PORT_IN_USE: errorRow<{ host: string; port: number }>({
    message: ({ host, port }) =>
      `port ${port} on ${host} is taken by another process: stop it, or choose another port (0 takes any free one)`,
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

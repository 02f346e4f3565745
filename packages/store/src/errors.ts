import { defineErrors, errorRow, isRocketeerError } from '@rocketeer/foundation'
import { ResponseCode } from '@rocketeer/protocol'

/** Everything that can go wrong with a store. */
export const storeErrors = defineErrors({
  /** With equal sizes it is the name that does not fit. */
  FILE_SIZE_MISMATCH: errorRow<{ path: string; bytes: number; expectedBytes: number; option: string }>({
    message: ({ path, bytes, expectedBytes, option }) =>
      bytes === expectedBytes
        ? `${path} is not named by a multiple of its ${bytes} bytes: it was renamed, or comes from a directory with another ${option}`
        : `${path} has ${bytes} bytes, ${expectedBytes} were expected; set ${option} to the size this directory was written with`,
  }),
  LOG_FILES_MISSING: errorRow<{ directory: string; start: number; end: number }>({
    message: ({ directory, start, end }) =>
      `${directory} has no files for the bytes from ${start} to ${end} of the commit log: a file behind them comes from another directory, move it away`,
  }),
  MESSAGE_TOO_LARGE: errorRow<{ bytes: number; bytesMax: number }>({
    message: ({ bytes, bytesMax }) =>
      `the record of the message has ${bytes} bytes, a file of the commit log has room for ${bytesMax} (commitLogFileBytes)`,
    responseCode: ResponseCode.MESSAGE_ILLEGAL,
  }),
  DISK_FULL: errorRow<{ path: string; usedPercent: number; usedPercentMax: number }>({
    message: ({ path, usedPercent, usedPercentMax }) =>
      `the disk of ${path} is ${usedPercent} % full, writes are refused above ${usedPercentMax} %; free some space`,
    retryable: true,
    responseCode: ResponseCode.SERVICE_NOT_AVAILABLE,
  }),
  WRITE_FAILED: errorRow<{ path: string; reason: string }>({
    message: ({ path, reason }) => `the commit log could not be written (${path}): ${reason}`,
    retryable: true,
    responseCode: ResponseCode.SERVICE_NOT_AVAILABLE,
  }),
  STORE_FENCED: errorRow<{ reason: string }>({
    message: ({ reason }) =>
      `the store takes no more messages: ${reason}; what the disk holds is unknown, restart the broker to find out`,
    responseCode: ResponseCode.SERVICE_NOT_AVAILABLE,
  }),
  LOG_BEING_CUT: errorRow({
    message: () => 'the end of the commit log is being cut off; try again in a moment',
    retryable: true,
    responseCode: ResponseCode.SERVICE_NOT_AVAILABLE,
  }),
  LOG_ENDS_IN_RECORD: errorRow<{ offset: number }>({
    message: ({ offset }) =>
      `the commit log ends within a record that was copied in part, at ${offset}; truncate it there first`,
    responseCode: ResponseCode.SERVICE_NOT_AVAILABLE,
  }),
  RAW_BYTES_MISPLACED: errorRow<{ offset: number; expectedOffset: number }>({
    message: ({ offset, expectedOffset }) =>
      `bytes for offset ${offset} cannot be appended: the commit log ends at ${expectedOffset}`,
  }),
  RAW_BYTES_INVALID: errorRow<{ offset: number }>({
    message: ({ offset }) => `the bytes for offset ${offset} are not the record that belongs there`,
  }),
  STORE_CLOSED: errorRow<{ path: string }>({
    message: ({ path }) => `the store in ${path} is closed`,
    responseCode: ResponseCode.SERVICE_NOT_AVAILABLE,
  }),
})

/** True when an append failed because of the message itself: it would fail again, whatever the state of the store. */
export function isUnstorable(error: unknown): boolean {
  return isRocketeerError(error, 'MESSAGE_TOO_LARGE') || isRocketeerError(error, 'RECORD_TOO_LARGE')
}

declare module '@rocketeer/foundation' {
  interface ErrorTables {
    store: typeof storeErrors
  }
}

import { defineErrors, errorRow, isRocketeerError, messageOf } from '@rocketeer/foundation'

/** Errors of a file or directory as a whole; those of single operations are Node's. */
export const fileErrors = defineErrors({
  DIRECTORY_IN_USE: errorRow<{ path: string; pid: number | undefined }>({
    message: ({ path, pid }) =>
      `the data directory ${path} is in use by ${pid === undefined ? 'another process' : pid === process.pid ? 'this process' : `process ${pid}`}; stop it or choose another directory`,
  }),
  NOT_A_DIRECTORY: errorRow<{ path: string }>({
    message: ({ path }) =>
      `${path} cannot be a directory: it, or a part of its path, is a file; choose another directory`,
  }),
  FILE_BROKEN: errorRow<{ path: string; reason: string }>({
    message: ({ path, reason }) => `${path} cannot be read: ${reason}`,
  }),
  FILE_NOT_REPLACED: errorRow<{ path: string; reason: string }>({
    message: ({ path, reason }) => `${path} could not be written: ${reason}`,
    retryable: true,
  }),
})

declare module '@rocketeer/foundation' {
  interface ErrorTables {
    files: typeof fileErrors
  }
}

/** Why a file could not be read or replaced, without its path: for packages that throw an error of their own then. */
export function reasonOf(error: unknown): string {
  const isOurs = isRocketeerError(error, 'FILE_BROKEN') || isRocketeerError(error, 'FILE_NOT_REPLACED')
  return isOurs ? error.details.reason : messageOf(error)
}

/** True for Node's error about a file or directory that does not exist. */
export function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT'
}

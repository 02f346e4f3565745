import { defineErrors, errorRow } from '@rocketeer/foundation'

/** Everything that can go wrong with a file as a whole; what the disk says comes as Node's errors. */
export const fileErrors = defineErrors({
  DIRECTORY_IN_USE: errorRow<{ path: string; pid: number | undefined }>({
    message: ({ path, pid }) =>
      `the data directory ${path} is in use by ${pid === undefined ? 'another process' : `process ${pid}`}; stop it or choose another directory`,
  }),
})

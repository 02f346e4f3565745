import { errorRow, formatCount } from '@rocketeer/foundation'

/** Of health probes, and of what waits for a dependency. */
export const dependencyErrors = {
  WORKER_CLOSED: errorRow<{ what: string }>({ message: ({ what }) => `the ${what} is closed` }),
  CLOSE_TIMED_OUT: errorRow<{ closeMsMax: number }>({
    message: ({ closeMsMax }) =>
      `it was closed without waiting any longer than ${closeMsMax} ms: what is under way has no answer, for example of a ` +
      'database that hangs. What was not finished is done after the next start',
  }),
  PROBE_TIMED_OUT: errorRow<{ probeTimeoutMs: number }>({
    message: ({ probeTimeoutMs }) => `the probe did not answer within ${probeTimeoutMs} ms (probeTimeoutMs)`,
    retryable: true,
  }),
  PROBE_FAILED: errorRow<{ problem: string }>({ message: ({ problem }) => problem, retryable: true }),
  CIRCUIT_OPENED: errorRow<{ name: string; failures: number; groups: string[] }>({
    message: ({ name, failures, groups }) =>
      `the circuit breaker "${name}" has opened after ${formatCount(failures, 'failure')} in a row: it holds messages of ` +
      `${groups.length > 0 ? groups.map((group) => `"${group}"`).join(', ') : 'no consumer'} back until its probe answers`,
    retryable: true,
  }),
}

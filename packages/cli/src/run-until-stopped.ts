import type { Closeable } from '@rocketeer/foundation'
import { Interrupted } from './failure.js'
import { dim } from './styled.js'

/**
 * Waits for Ctrl-C or SIGTERM, then closes `server`, which keeps the process running until it is closed. A second signal
 * exits at once: no acknowledged message is lost that way either, but the next start has more of the log to check.
 */
export function runUntilStopped(server: Closeable): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    let stopping = false
    const stop = (signal: NodeJS.Signals) => {
      if (stopping) process.exit(new Interrupted(signal).exitCode)
      stopping = true
      process.stderr.write(`\n${dim('stopping …').for(process.stderr)}\n`)
      Promise.resolve(server.close()).then(resolve, reject)
    }
    process.on('SIGINT', stop)
    process.on('SIGTERM', stop)
  })
}

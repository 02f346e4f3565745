import type { Closeable } from '@rocketeer/foundation'
import { errorColors } from './colors.js'
import { EXIT_FAILED } from './failure.js'

/**
 * Keeps the process running until Ctrl-C or SIGTERM, then closes `server`. A second signal exits at once: no acknowledged
 * message is lost that way either, but the next start has more of the log to check.
 */
export function runUntilStopped(server: Closeable): Promise<void> {
  // Keeps the process running while `server` closes: its sockets are gone by then, and the clock's timers do not count.
  const alive = setInterval(() => {}, 2 ** 30)
  const stopped = new Promise<void>((resolve, reject) => {
    let stopping = false
    const stop = () => {
      if (stopping) process.exit(EXIT_FAILED)
      stopping = true
      process.stderr.write(errorColors.dim('\nstopping …\n'))
      Promise.resolve(server.close()).then(resolve, reject)
    }
    process.on('SIGINT', stop)
    process.on('SIGTERM', stop)
  })
  return stopped.finally(() => clearInterval(alive))
}

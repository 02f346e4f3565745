import type { Closeable } from '@rocketeer/foundation'
import { errorColors } from './colors.js'
import { EXIT_FAILED } from './failure.js'

/**
 * Keeps the process up until Ctrl-C or SIGTERM, then closes `server`. A second signal does not wait any longer: nothing
 * acknowledged is lost that way either, only the next start has more to check.
 */
export function runUntilStopped(server: Closeable): Promise<void> {
  // Servers keep their sockets open, but the clock's timers never hold the process; this one does.
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

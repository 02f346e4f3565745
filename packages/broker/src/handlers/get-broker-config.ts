import type { Clock } from '@rocketeer/foundation'
import { encodeDataVersion, type getBrokerConfig } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import { toApacheProperties } from '../conf/apache-properties.js'
import type { LiveConfig } from '../live-config.js'

/** The options as properties text, with a version that grows with each update. Apache: getBrokerConfig. */
export function getBrokerConfigHandler({
  clock,
  config,
}: {
  clock: Clock
  config: LiveConfig
}): HandlerOf<typeof getBrokerConfig> {
  const version = { stateVersion: 0, timestamp: clock.now(), counter: 0 }
  config.onUpdate(() => {
    version.timestamp = clock.now()
    version.counter++
  })
  return () => ({
    fields: { version: encodeDataVersion(version).toString() },
    body: Buffer.from(toApacheProperties(config.current)),
  })
}

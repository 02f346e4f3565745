import type { Clock } from '@rocketeer/foundation'
import { encodeDataVersion, formatJavaProperties, type getBrokerConfig } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import { toApacheProperties } from '../conf/apache-properties.js'
import type { ConfigUpdates } from '../conf/config-updates.js'
import type { LiveConfig } from '../live-config.js'

/**
 * The options as properties text, with a version that grows with each update; `brokerConfigPath` is the file that
 * updates are kept in, and `updatedOptions`, which Apache does not have, names those in it. Apache: getBrokerConfig.
 */
export function getBrokerConfigHandler({
  clock,
  config,
  configUpdates,
}: {
  clock: Clock
  config: LiveConfig
  configUpdates: ConfigUpdates
}): HandlerOf<typeof getBrokerConfig> {
  const version = { stateVersion: 0, timestamp: clock.now(), counter: 0 }
  config.onUpdate(() => {
    version.timestamp = clock.now()
    version.counter++
  })
  return () => ({
    fields: { version: encodeDataVersion(version).toString() },
    body: Buffer.from(toApacheProperties(config.current) + updatesText(configUpdates)),
  })
}

function updatesText({ path, options }: ConfigUpdates): string {
  return formatJavaProperties([
    ['brokerConfigPath', path],
    ['updatedOptions', options.join(';')],
  ])
}

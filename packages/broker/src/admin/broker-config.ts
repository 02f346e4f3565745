import { type Clock, isRocketeerError, type Logger } from '@rocketeer/foundation'
import { DataVersion, formatJavaProperties } from '@rocketeer/protocol/bodies'
import type { getBrokerConfig, updateBrokerConfig } from '@rocketeer/protocol/commands'
import type { HandlerOf } from '@rocketeer/remoting'
import { fromApacheProperties, toApacheProperties } from '../conf/apache-properties.js'
import type { ConfigUpdates } from '../conf/config-updates.js'
import { refusals } from '../errors.js'
import type { LiveConfig } from '../options/live-config.js'

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
    fields: { version: DataVersion.encode(version).toString() },
    body: Buffer.from(toApacheProperties(config.current) + updatesText(configUpdates)),
  })
}

function updatesText({ path, names }: ConfigUpdates): string {
  return formatJavaProperties([
    ['brokerConfigPath', path],
    ['updatedOptions', names.join(';')],
  ])
}

/**
 * Changes options that may change while the broker runs, for this run and those to come: all of those asked for, or none
 * and the reason. Apache: AdminBrokerProcessor.updateBrokerConfig, which takes anything and says nothing.
 */
export function updateBrokerConfigHandler({
  configUpdates,
  logger,
}: {
  configUpdates: ConfigUpdates
  logger: Logger
}): HandlerOf<typeof updateBrokerConfig> {
  return async ({ body, connection }) => {
    try {
      const changes = fromApacheProperties(body.toString())
      await configUpdates.change(changes)
      const { path } = configUpdates
      logger.warn({ changes, keptIn: path, remote: connection.remoteAddress }, 'options were changed')
      return {}
    } catch (error) {
      if (!isRocketeerError(error, 'OPTION_INVALID')) throw error
      throw refusals.OPTIONS_ILLEGAL({ reason: error.message }, error)
    }
  }
}

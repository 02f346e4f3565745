import { isRocketeerError, type Logger } from '@rocketeer/foundation'
import { ResponseCode, type updateBrokerConfig } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import { fromApacheProperties } from '../conf/apache-properties.js'
import type { ConfigUpdates } from '../conf/config-updates.js'

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
      return { code: ResponseCode.INVALID_PARAMETER, remark: error.message }
    }
  }
}

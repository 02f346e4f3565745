import { isRocketeerError, type Logger } from '@rocketeer/foundation'
import { ResponseCode, type updateBrokerConfig } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import { fromApacheProperties } from '../conf/apache-properties.js'
import type { LiveConfig } from '../live-config.js'

/**
 * Changes options that may change while the broker runs, until it stops: all of those asked for, or none and the reason.
 * Apache: AdminBrokerProcessor.updateBrokerConfig, which takes anything and says nothing.
 */
export function updateBrokerConfigHandler({
  config,
  logger,
}: {
  config: LiveConfig
  logger: Logger
}): HandlerOf<typeof updateBrokerConfig> {
  return ({ body, connection }) => {
    try {
      const changes = fromApacheProperties(body.toString())
      config.update(changes)
      logger.warn({ changes, remote: connection.remoteAddress }, 'options were changed until the next start')
      return {}
    } catch (error) {
      if (!isRocketeerError(error, 'OPTION_INVALID')) throw error
      return { code: ResponseCode.INVALID_PARAMETER, remark: error.message }
    }
  }
}

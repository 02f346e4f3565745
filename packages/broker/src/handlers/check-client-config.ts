import { type checkClientConfig, decodeCheckClientRequestBody } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import { messageFilterOf } from '../filter/message-filter.js'
import type { LiveConfig } from '../live-config.js'
import { propertyFilterRefusal } from '../pull/pull-access.js'

/**
 * Whether this broker can filter as a consumer is about to ask; a mistake in the expression is answered with its place.
 * Apache: ClientManageProcessor.checkClientConfig.
 */
export function checkClientConfigHandler(needs: { config: LiveConfig }): HandlerOf<typeof checkClientConfig> {
  return ({ body }) => {
    const { subscriptionData } = decodeCheckClientRequestBody(body)
    if (subscriptionData === undefined) return {}
    const refusal = propertyFilterRefusal(needs.config, subscriptionData)
    if (refusal !== undefined) return refusal
    messageFilterOf(subscriptionData)
    return {}
  }
}

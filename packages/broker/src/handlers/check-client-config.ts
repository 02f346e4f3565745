import { type checkClientConfig, decodeCheckClientRequestBody, ResponseCode } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import { isTagExpression } from '../pull/tag-filter.js'

/** Whether this broker can filter as a consumer is about to ask. Apache: ClientManageProcessor.checkClientConfig. */
export function checkClientConfigHandler(): HandlerOf<typeof checkClientConfig> {
  return ({ body }) => {
    const expressionType = decodeCheckClientRequestBody(body).subscriptionData?.expressionType
    if (isTagExpression(expressionType)) return {}
    return {
      code: ResponseCode.SYSTEM_ERROR,
      remark: `The broker does not support consumer to filter message by ${expressionType}`,
    }
  }
}

import { refusalRow } from '@rocketeer/foundation'
import { ResponseCode } from '@rocketeer/protocol'

/** Why a subscription or its expression is not accepted. */
export const filterRefusals = {
  SQL_EXPRESSION_INVALID: refusalRow<{ line: number; column: number; problem: string; excerpt: string }>({
    message: ({ line, column, problem, excerpt }) =>
      `the SQL92 expression is wrong at line ${line}, column ${column}: ${problem}\n${excerpt}`,
    responseCode: ResponseCode.SUBSCRIPTION_PARSE_FAILED,
  }),
  EXPRESSION_TYPE_UNKNOWN: refusalRow<{ expressionType: string }>({
    message: ({ expressionType }) =>
      `messages cannot be filtered by "${expressionType}": the expression types are TAG and SQL92`,
    responseCode: ResponseCode.SUBSCRIPTION_PARSE_FAILED,
  }),
  PROPERTY_FILTER_DISABLED: refusalRow<{ expressionType: string | undefined }>({
    message: ({ expressionType }) =>
      `The broker does not support consumer to filter message by ${expressionType}`,
    responseCode: ResponseCode.SYSTEM_ERROR,
  }),
  SUBSCRIPTION_MALFORMED: refusalRow<object>({
    message: () => "parse the consumer's subscription failed",
    responseCode: ResponseCode.SUBSCRIPTION_PARSE_FAILED,
  }),
  GROUP_NOT_CONNECTED: refusalRow<{ group: string }>({
    message: ({ group }) =>
      `the consumer's group info not exist: no member of the group ${group} is connected to this broker`,
    responseCode: ResponseCode.SUBSCRIPTION_NOT_EXIST,
    retryable: true,
  }),
  SUBSCRIPTION_NOT_EXIST: refusalRow<{ group: string; topic: string }>({
    message: ({ group, topic }) =>
      `the consumer's subscription not exist: the group ${group} does not subscribe to the topic ${topic} here; do all its consumers subscribe to the same topics?`,
    responseCode: ResponseCode.SUBSCRIPTION_NOT_EXIST,
    retryable: true,
  }),
  SUBSCRIPTION_NOT_LATEST: refusalRow<{ group: string; topic: string }>({
    message: ({ group, topic }) =>
      `the consumer's subscription not latest: the group ${group} has a newer one to the topic ${topic} than this broker has heard of`,
    responseCode: ResponseCode.SUBSCRIPTION_NOT_LATEST,
    retryable: true,
  }),
  FILTER_DATA_NOT_EXIST: refusalRow<{ reason: string }>({
    message: ({ reason }) =>
      `The broker's consumer filter data is not exist! Your expression is wrong: ${reason}`,
    responseCode: ResponseCode.FILTER_DATA_NOT_EXIST,
  }),
}

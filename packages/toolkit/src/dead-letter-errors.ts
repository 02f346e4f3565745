import { errorRow, formatCount } from '@rocketeer/foundation'

/** Of the dead-letter worker. */
export const deadLetterErrors = {
  DEAD_LETTER_PARKED: errorRow<{ group: string; messageId: string; key: string | undefined; reason: string }>(
    {
      message: ({ group, messageId, key, reason }) =>
        `the dead letter ${messageId}${key === undefined ? '' : ` (key "${key}")`} of group "${group}" is parked: ${reason}. ` +
        'It is not replayed again until somebody says so (replayNow), or drops it',
    },
  ),
  REPLAYS_FAILING: errorRow<{ group: string; failures: number; holdMs: number }>({
    message: ({ group, failures, holdMs }) =>
      `${formatCount(failures, 'replay')} of group "${group}" in a row failed again although the probe answers: ` +
      `no more are replayed for ${holdMs} ms`,
    retryable: true,
  }),
  DEAD_LETTERS_UNREADABLE: errorRow<{ topic: string; brokerNames: string[] }>({
    message: ({ topic, brokerNames }) =>
      `nobody may read the topic "${topic}" on ${brokerNames.map((name) => `"${name}"`).join(', ')}, as old brokers of Apache's ` +
      `make it: \`mqadmin updateTopicPerm -t ${topic} -p 6\` allows it`,
  }),
}

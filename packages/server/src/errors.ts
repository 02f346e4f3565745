import type { UnfinishedMessages } from '@rocketeer/broker'
import { defineErrors, errorRow } from '@rocketeer/foundation'

export const serverErrors = defineErrors({
  NOT_SETTLED: errorRow<{ unfinished: UnfinishedMessages[]; withinMs: number }>({
    message: ({ unfinished, withinMs }) =>
      `after ${withinMs} ms there are messages that have not been handled: ${unfinished.map(inWords).join('; ')}. ` +
      'A handler may hang, a consumer may be paused, or a queue may have no reader yet (await consumer.ready)',
  }),
})

declare module '@rocketeer/foundation' {
  interface ErrorTables {
    server: typeof serverErrors
  }
}

function inWords({ group, topic, messages }: UnfinishedMessages): string {
  return `${messages} of topic "${topic}" by group "${group}"`
}

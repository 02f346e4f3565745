import { errorRow, formatCount } from '@rocketeer/foundation'

/** What is missing in the old cluster, nothing creates. */
const whatToDo = (cluster: string) =>
  cluster === 'old'
    ? 'is its name right, and is it the right cluster?'
    : '`rocketeer migrate topics` creates what is missing'

/** Of the migration between clusters. */
export const migrationErrors = {
  MIGRATION_SAME_CLUSTER: errorRow<{ address: string }>({
    message: ({ address }) =>
      `the old and the new cluster are the same: both have ${address}. Name two clusters, or nothing is migrated and ` +
      'everything is sent twice',
  }),
  MIGRATION_TOPIC_MISSING: errorRow<{ topic: string; cluster: string }>({
    message: ({ topic, cluster }) => `the ${cluster} cluster has no topic "${topic}": ${whatToDo(cluster)}`,
  }),
  MIGRATION_GROUP_MISSING: errorRow<{ group: string; cluster: string }>({
    message: ({ group, cluster }) =>
      `the ${cluster} cluster has no consumer group "${group}": ${whatToDo(cluster)}`,
  }),
  MIGRATION_WRITE_MISSED: errorRow<{ topic: string; cluster: string; messages: number; problem: string }>({
    message: ({ topic, cluster, messages, problem }) =>
      `${formatCount(messages, 'message')} of "${topic}" not stored in the ${cluster} cluster, which is not in charge: ${problem}. ` +
      'A comparison finds what is missing, and copyMissing sends it',
    retryable: true,
  }),
  MIGRATION_HALF_WRITTEN: errorRow<{ topic: string; cluster: string; ids: string[]; problem: string }>({
    message: ({ topic, cluster, ids, problem }) =>
      `the cluster in charge has stored ${ids.join(', ')} of "${topic}", and the ${cluster} cluster has not: ${problem}. ` +
      'Send again with the same "messageId", so that consumers know it',
    retryable: true,
  }),
  MIGRATION_GROUP_RUNNING: errorRow<{ group: string; topic: string; cluster: string; members: string[] }>({
    message: ({ group, topic, cluster, members }) =>
      `members of "${group}" consume "${topic}" in the ${cluster} cluster (${members.join(', ')}) and would commit over the ` +
      'translated offsets: translate them before they start',
    retryable: true,
  }),
  MIGRATION_NOTHING_CONSUMED: errorRow<{ group: string }>({
    message: ({ group }) =>
      `"${group}" has no offset in any topic of the old cluster yet, so there is none to translate: wait until it has consumed ` +
      'something and said so, which its members do every 5 s, or name its topics',
    retryable: true,
  }),
  MIGRATION_OFFSETS_MISSING: errorRow<{ group: string; topic: string; cluster: string }>({
    message: ({ group, topic, cluster }) =>
      `"${group}" has no offset in every queue of "${topic}" in the ${cluster} cluster, so it would skip messages there: ` +
      'translate its offsets first (`rocketeer migrate offsets`)',
  }),
  MIGRATION_UNFINISHED: errorRow<{
    group: string
    cluster: string
    messages: number
    retries: number
    problem: string
  }>({
    message: ({ group, cluster, messages, retries, problem }) =>
      `"${group}" goes on consuming in the ${cluster} cluster: ${formatCount(messages, 'message')} and ${retries} retries were ` +
      `left when ${problem}`,
    retryable: true,
  }),
}

import { errorRow } from '@rocketeer/foundation'

/** Rows of the table of errors: what goes wrong with groups, their members, and the queues and offsets of these. */
export const memberErrors = {
  GROUP_INVALID: errorRow<{ group: string; problem: string }>({
    message: ({ group, problem }) => `"${group}" is not a group name: ${problem}`,
  }),
  GROUP_UNKNOWN: errorRow<{ group: string }>({
    message: ({ group }) =>
      `no broker knows a consumer group "${group}": create it, or start a consumer of it`,
  }),
  GROUP_RUNNING: errorRow<{ group: string; members: string[] }>({
    message: ({ group, members }) =>
      `members of "${group}" are running (${members.join(', ')}): stop them first, or they write their ` +
      'own offsets over the new ones',
    retryable: true,
  }),
  GROUP_IN_USE: errorRow<{ group: string; kind: string }>({
    message: ({ group, kind }) =>
      `this client has a ${kind} of the group "${group}" already. Brokers tell the members of a group apart by client ` +
      'id: make another client with connect() for another member.',
  }),
  CLIENT_ID_IN_USE: errorRow<{ clientId: string; nameservers: string[] }>({
    message: ({ clientId, nameservers }) =>
      `this process has an open client with the id "${clientId}" for ${nameservers.join(', ')} already, and brokers would ` +
      'take both for one. One client can have any number of producers and consumers: share it, close it first, or ' +
      'leave out "clientId" and "instanceName", which name one client and not the application.',
  }),
  CLIENT_ID_SHARED: errorRow<{ clientId: string; group: string; addresses: string[] }>({
    message: ({ clientId, group, addresses }) =>
      `the client id "${clientId}" has ${addresses.length} connections in the group "${group}" (${addresses.join(', ')}). ` +
      'Brokers take them for one member, so each of them reads the same queues and handles the same messages. A client ' +
      'id names one client of one process: leave out "clientId" and "instanceName", or give each process its own.',
  }),
  QUEUE_LOCK_LOST: errorRow<{ topic: string; brokerName: string; queueId: number }>({
    message: ({ topic, brokerName, queueId }) =>
      `the lock on queue ${queueId} of "${topic}" on "${brokerName}" was lost: the broker could not be reached in time, or ` +
      'gave it to another member of the group. What is not committed is delivered again, to whoever gets the lock.',
    retryable: true,
  }),
  MACHINE_ROOM_UNKNOWN: errorRow<{ what: string }>({
    message: ({ what }) =>
      `allocateNearby was given no machine room of ${what}: the group keeps its queues as they are until it is known`,
    retryable: true,
  }),
  OFFSETS_UNREADABLE: errorRow<{ path: string; reason: string }>({
    message: ({ path, reason }) =>
      `the offsets in ${path} cannot be read (${reason}). Mend the file, or remove it to begin where "startFrom" says.`,
  }),
  OFFSETS_IN_USE: errorRow<{ group: string; path: string; pid: number | undefined }>({
    message: ({ group, path, pid }) =>
      `${pid === process.pid ? 'this process' : pid === undefined ? 'another process' : `the process ${pid}`} has a ` +
      `broadcasting consumer of the group "${group}" that keeps its offsets in ${path}. Each needs a file of its own, ` +
      'the same at every start: give each client a name of its own with "instanceName", or each consumer its own ' +
      '"localOffsetsDirectory".',
    retryable: true,
  }),
  QUEUE_NOT_ASSIGNED: errorRow<{ topic: string; brokerName: string; queueId: number }>({
    message: ({ topic, brokerName, queueId }) =>
      `queue ${queueId} of "${topic}" on "${brokerName}" is not this consumer's now; "queues" lists those that are`,
    retryable: true,
  }),
  ASSIGNED_BY_GROUP: errorRow<{ group: string }>({
    message: ({ group }) =>
      `the consumer in "${group}" subscribes, so its group divides the queues: make one with "assign" to choose them yourself`,
  }),
  SUBSCRIPTIONS_DIFFER: errorRow<{ group: string; members: { clientId: string; subscribe: string }[] }>({
    message: ({ group, members }) =>
      `members of the group "${group}" subscribe differently: ${members.map(({ clientId, subscribe }) => `${clientId} ${subscribe}`).join('; ')}. ` +
      'Brokers keep one subscription per group, the latest, so messages will be missed: give all members the same, or another group.',
  }),
}

/** A queue of a topic on one broker. Apache: MessageQueue. */
export interface MessageQueue {
  readonly topic: string
  readonly brokerName: string
  readonly queueId: number
}

/** The order all members of a group must agree on. Apache: MessageQueue.compareTo. */
export function compareQueues(a: MessageQueue, b: MessageQueue): number {
  return compareText(a.topic, b.topic) || compareText(a.brokerName, b.brokerName) || a.queueId - b.queueId
}

/** By UTF-16 units like Java's String.compareTo, never by locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** A key for maps; also what consistent hashing hashes, so it is Java's `MessageQueue.toString`. */
export function queueKey(queue: MessageQueue): string {
  return `MessageQueue [topic=${queue.topic}, brokerName=${queue.brokerName}, queueId=${queue.queueId}]`
}

import { formatCount } from '@rocketeer/foundation'
import type { BacklogAdvice, GroupBacklog } from './group-backlog.js'

/** What the figures say, the most urgent first. */
export function adviceOn({
  members,
  topics,
  retries,
  deadLetters,
}: Omit<GroupBacklog, 'advice'>): BacklogAdvice[] {
  const advice: BacklogAdvice[] = []
  for (const { topic, messages, queues, secondsToDrain } of topics) {
    if (messages === 0) continue
    if (members === 0) {
      const text = `Nobody consumes "${topic}": start members of the group.`
      advice.push({ kind: 'start-members', topic, text })
      continue
    }
    const stuck = queues.filter(({ isStuck }) => isStuck)
    if (stuck.length > 0) {
      const which = stuck.map(({ queue }) => `${queue.brokerName}/${queue.queueId}`).join(', ')
      const text = `Nothing was consumed of "${topic}" in ${which}: does a handler hang, is the consumer paused, or a member away?`
      advice.push({ kind: 'stuck', topic, text })
    }
    if (secondsToDrain !== undefined && secondsToDrain < QUICK_SECONDS) {
      advice.push({ kind: 'draining', topic, text: `"${topic}" is consumed soon as it is.` })
    } else if (members < queues.length) {
      const text =
        `"${topic}" has ${formatCount(queues.length, 'queue')} and the group ${formatCount(members, 'member')}: ` +
        `up to ${queues.length - members} more can help.`
      advice.push({ kind: 'add-members', topic, text })
    } else {
      const text =
        `"${topic}" has ${formatCount(queues.length, 'queue')} for ${formatCount(members, 'member')}: more members get no queue. ` +
        'Raise "concurrency", have the group pop (`rocketeer group mode`), spread the backlog over more queues ' +
        '(`rocketeer backlog spread`), or discard what is too old (`rocketeer backlog discard`).'
      advice.push({ kind: 'queues-are-the-limit', topic, text })
    }
  }
  const waiting = retries.ready + retries.delayed
  if (members === 0 && advice.length === 0 && waiting > 0) {
    const text = `${formatCount(waiting, 'message')} to be retried, and no member of the group runs: start one.`
    advice.push({ kind: 'start-members', text })
  }
  if (deadLetters.messages > 0) {
    const text = `${formatCount(deadLetters.messages, 'dead letter')} to be replayed (\`rocketeer group replay\`).`
    advice.push({ kind: 'dead-letters', text })
  }
  return advice.length > 0 ? advice : [{ kind: 'none', text: 'Nothing to do: the group keeps up.' }]
}

/** Nobody needs to do anything about a backlog that is gone within a minute. */
const QUICK_SECONDS = 60

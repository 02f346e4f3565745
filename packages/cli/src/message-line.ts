import type { Message } from '@rocketeer/client'
import { pc } from './colors.js'
import { formatTime, printLine } from './output.js'

/** One message as a line: when, where, tag and keys, body; or as a line of JSON. */
export function printMessageLine(message: Message, json: boolean): void {
  if (json) {
    printLine(JSON.stringify(message))
    return
  }
  const again = message.reconsumeTimes > 0 ? pc.yellow(` again ${message.reconsumeTimes}`) : ''
  const marks = [message.tag && `#${message.tag}`, message.keys.join(' ')].filter(Boolean).join(' ')
  printLine(
    `${pc.dim(`${formatTime(message.storeTimestamp)} ${placeOf(message)}`)} ${pc.cyan(marks)}${again} ${message.text()}`,
  )
}

/** `broker-a/3@1024`: broker, queue, offset. */
export function placeOf({ queue, queueOffset }: Message): string {
  return `${queue.brokerName}/${queue.queueId}@${queueOffset}`
}

import type { JournaledMessage } from '@rocketeer/client'
import { formatTime, printLine, printText } from './output.js'
import { dim, styled, type Text, yellow } from './styled.js'

/** Whether the message waits, or why it is set aside. */
export function stateOf({ refusal }: JournaledMessage): Text {
  return refusal === undefined ? 'waits' : styled`${yellow('set aside')} ${refusal.reason}`
}

/** Prints a message of a journal, a line for each fact, then its body. */
export function printJournaled(message: JournaledMessage): void {
  const { topic, messageId, keys, tag, orderKey, queue, bornTimestamp, journaledAt, batch } = message
  const facts: [string, Text][] = [
    ['topic', topic],
    ['message id', messageId],
    ['keys', keys.join(' ')],
    ['tag', tag],
    ['order key', orderKey],
    ['queue', queue && `${queue.brokerName}/${queue.queueId}`],
    ['batch of', batch > 1 ? batch : undefined],
    ['sent', formatTime(bornTimestamp)],
    ['journaled', formatTime(journaledAt)],
    ['state', stateOf(message)],
    ['perhaps stored', message.perhapsStored ? 'yes: consumers may get it twice' : 'no'],
    ...Object.entries(message.properties).map(([name, value]): [string, Text] => [`property ${name}`, value]),
  ]
  for (const [name, value] of facts)
    if (value !== undefined && value !== '') printLine(styled`${dim(name.padEnd(18))} ${value}`)
  printLine()
  printText(message.body.toString('utf8'))
}

/** The body as text; with `bodyBase64` where it is none. */
export function journaledJson({ body, ...message }: JournaledMessage): object {
  const text = body.toString('utf8')
  return {
    ...message,
    body: text,
    ...(!Buffer.from(text).equals(body) && { bodyBase64: body.toString('base64') }),
  }
}

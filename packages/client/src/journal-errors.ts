import { errorRow, formatCount } from '@rocketeer/foundation'

/** The errors and problems of journals, part of `clientErrors`. */
export const journalErrors = {
  JOURNAL_IN_USE: errorRow<{ directory: string; pid: number | undefined }>({
    message: ({ directory, pid }) =>
      `the journal ${directory} is in use by ${pid === undefined ? 'another process' : pid === process.pid ? 'this process' : `process ${pid}`}: ` +
      'a journal belongs to one producer, so give each a directory of its own',
  }),
  JOURNAL_FULL: errorRow<{ directory: string; bytes: number; bytesMax: number; setAsideBytes: number }>({
    message: ({ directory, bytes, bytesMax, setAsideBytes }) =>
      `no broker could take the message, and the journal ${directory} is full: it has ${bytes} bytes of ${bytesMax} (bytesMax)` +
      (setAsideBytes > 0
        ? `, ${setAsideBytes} of them set aside: see \`rocketeer journal list ${directory}\``
        : ''),
    retryable: true,
  }),
  JOURNAL_FAILED: errorRow<{ directory: string; reason: string }>({
    message: ({ directory, reason }) => `the journal ${directory} cannot be used: ${reason}`,
    retryable: true,
  }),
  JOURNAL_NOT_NOTED: errorRow<{ directory: string; reason: string }>({
    message: ({ directory, reason }) =>
      `the journal ${directory} could not note what became of messages (${reason}): after a restart they may be delivered again`,
  }),
  JOURNAL_DAMAGED: errorRow<{ path: string; position: number; bytes: number }>({
    message: ({ path, position, bytes }) =>
      `${bytes} bytes at ${position} of ${path} are no message and are stepped over; the file is kept for inspection. After a ` +
      'power cut it may be what nobody was told is stored; otherwise the disk is damaged.',
  }),
  JOURNALING: errorRow<{ directory: string; reason: string }>({
    message: ({ directory, reason }) =>
      `no broker takes messages (${reason}): they go to the journal ${directory} until one does`,
    retryable: true,
  }),
  JOURNAL_SET_ASIDE: errorRow<{ directory: string; topic: string; messageId: string; reason: string }>({
    message: ({ directory, topic, messageId, reason }) =>
      `the message ${messageId} for "${topic}" is set aside in the journal ${directory}, because brokers refuse it: ${reason}. ` +
      `See \`rocketeer journal list ${directory}\`.`,
  }),
  JOURNAL_NOT_EMPTY: errorRow<{ directory: string; messages: number }>({
    message: ({ directory, messages }) =>
      `the producer was closed with ${formatCount(messages, 'message')} in the journal ${directory}: the next producer with ` +
      'this journal delivers what is in it, or ' +
      `\`rocketeer journal deliver ${directory}\``,
    retryable: true,
  }),
}

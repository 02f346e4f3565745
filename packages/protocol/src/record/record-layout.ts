/**
 * One message in the commit log, and the same bytes in a pull response. Apache: MessageExtEncoder, MessageDecoder.
 *
 *     |  0 total size 4        | 28 physical offset 8          | born host 8 or 20  |
 *     |  4 magic 4             | 36 sysFlag 4                  | store timestamp 8  |
 *     |  8 body CRC 4          | 40 born timestamp 8           | store host 8 or 20 |
 *     | 12 queue id 4          | 48 …                          | reconsume times 4  |
 *     | 16 flag 4              |                               | prepared transaction offset 8 |
 *     | 20 queue offset 8      |                               | body length 4, body |
 *     |                        |                               | topic length 1 (V2: 2), topic |
 *     |                        |                               | properties length 2, properties |
 */
export const RecordPosition = {
  TOTAL_SIZE: 0,
  MAGIC: 4,
  BODY_CRC: 8,
  QUEUE_ID: 12,
  FLAG: 16,
  QUEUE_OFFSET: 20,
  PHYSICAL_OFFSET: 28,
  SYS_FLAG: 36,
  BORN_TIMESTAMP: 40,
  BORN_HOST: 48,
} as const

/** Apache: MessageDecoder.MESSAGE_MAGIC_CODE (0xDAA320A7). */
export const RECORD_MAGIC_V1 = -626843481
/** Topics longer than 127 bytes. Apache: MESSAGE_MAGIC_CODE_V2. */
export const RECORD_MAGIC_V2 = -626843477
/** Fills the end of a commit log file whose rest is too small for the next record. Apache: BLANK_MAGIC_CODE. */
export const BLANK_MAGIC = -875286124

export const TOPIC_BYTES_MAX_V1 = 127
/** Apache: Short.MAX_VALUE in MessageExtEncoder. */
export const PROPERTIES_BYTES_MAX = 32767

/** Bytes of a record besides its body: hosts of 20 bytes, the longest properties, and a topic of a group and a topic. */
export const RECORD_BYTES_AROUND_BODY_MAX = 91 + 24 + 1 + 255 + PROPERTIES_BYTES_MAX

/** Bytes of a record besides body, topic and properties when its hosts are IPv4 addresses and its topic is short. */
export const RECORD_BYTES_MIN = 91

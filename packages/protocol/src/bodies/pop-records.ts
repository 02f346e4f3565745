import { body } from '../body/body.js'
import { flag, integer, list, nullable, string, type ValueOf } from '../body/shape.js'

/**
 * The messages of one queue taken by one POP_MESSAGE, as the revive topic has it; letters as stored: so start offset,
 * pt pop time, it invisible time, bm bits of the acknowledged ones, n their number, q queue id, t topic, c consumer
 * group, ro revive offset, d offsets relative to so, bn broker name, rp how often it was written again, sp comes back
 * without counting as consumed. Apache: PopCheckPoint. Ours alone: fh the FAILURE_HISTORY with which it comes back.
 */
export const PopCheckPoint = body('PopCheckPoint', {
  so: integer(),
  pt: integer(),
  it: integer(),
  bm: integer(),
  n: integer(),
  q: integer(),
  t: string(),
  c: string(),
  ro: integer(),
  d: list(integer()),
  bn: nullable(string()),
  rp: nullable(string()),
  sp: flag(),
  fh: nullable(string()),
})
export type PopCheckPoint = ValueOf<typeof PopCheckPoint>

/**
 * Messages of a check point that need not come back, as the revive topic has it; letters as stored: ao the
 * acknowledged offset, aol several of them, so start offset, c consumer group, t topic, q queue id, pt pop time,
 * bn broker name. Apache: AckMsg, BatchAckMsg.
 */
export const PopAck = body('AckMsg', {
  ao: integer(-1),
  so: integer(),
  c: string(),
  t: string(),
  q: integer(),
  pt: integer(),
  bn: nullable(string()),
  aol: nullable(list(integer())),
})
export type PopAck = ValueOf<typeof PopAck>

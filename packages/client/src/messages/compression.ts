import { promisify } from 'node:util'
import { constants, deflate, deflateSync, inflateSync } from 'node:zlib'
import { messageOf } from '@rocketeer/foundation'
import { compressionOf, SysFlag } from '@rocketeer/protocol/record'
import { Decompress } from 'fzstd'
import { clientErrors } from '../errors.js'
import { unpackLz4Frames } from './lz4-frame.js'

/**
 * Names zlib as the compression since 5.0; older peers know the COMPRESSED bit only. Apache:
 * MessageSysFlag.COMPRESSION_ZLIB_TYPE.
 */
const ZLIB_TYPE = 0x3 << 8

/** Larger bodies go to the thread pool: packing 64 KiB takes about a millisecond. */
const INLINE_BYTES_MAX = 64 * 1024

/** A small body that unpacks to more than this is an attack or damage. */
const UNPACKED_BYTES_MAX = 64 * 1024 * 1024

interface PackedBody {
  body: Buffer
  sysFlag: number
}

const deflateInPool = promisify(deflate)

/** Packs with zlib, or leaves a body that would not get smaller. Apache: DefaultMQProducerImpl.tryToCompressMessage. */
export function compress(body: Buffer, level: number): PackedBody | Promise<PackedBody> {
  if (body.length > INLINE_BYTES_MAX)
    return deflateInPool(body, { level }).then((packed) => smaller(body, packed))
  return smaller(body, deflateSync(body, { level }))
}

/** Throws `BODY_DAMAGED`. Apache: CompressorFactory. */
export function decompress(body: Buffer, sysFlag: number, messageId: string): Buffer {
  if ((sysFlag & SysFlag.COMPRESSED) === 0) return body
  const compression = compressionOf(sysFlag)
  try {
    if (compression === 'lz4') return unpackLz4Frames(body, UNPACKED_BYTES_MAX)
    if (compression === 'zstd') return unpackZstd(body, UNPACKED_BYTES_MAX)
    return inflateSync(body, { maxOutputLength: UNPACKED_BYTES_MAX, finishFlush: constants.Z_FINISH })
  } catch (error) {
    throw clientErrors.BODY_DAMAGED({ messageId, reason: messageOf(error) }, error)
  }
}

/**
 * Unpacks piece by piece, so that the limit applies before memory is used. Node's own zlib has zstd only from 22.15 on.
 */
function unpackZstd(body: Buffer, bytesMax: number): Buffer {
  const pieces: Uint8Array[] = []
  let bytes = 0
  const zstd = new Decompress((piece) => {
    bytes += piece.length
    if (bytes > bytesMax) throw new Error(`it unpacks to more than ${bytesMax} bytes`)
    pieces.push(piece)
  })
  zstd.push(body, true)
  return Buffer.concat(pieces, bytes)
}

function smaller(body: Buffer, packed: Buffer): PackedBody {
  if (packed.length >= body.length) return { body, sysFlag: 0 }
  return { body: packed, sysFlag: SysFlag.COMPRESSED | ZLIB_TYPE }
}

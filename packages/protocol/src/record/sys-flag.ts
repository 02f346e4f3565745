/** Bits of a record's sysFlag. Apache: MessageSysFlag. */
export const SysFlag = {
  COMPRESSED: 0x1,
  MULTI_TAGS: 0x1 << 1,
  TRANSACTION_PREPARED: 0x1 << 2,
  TRANSACTION_COMMIT: 0x2 << 2,
  TRANSACTION_ROLLBACK: 0x3 << 2,
  /** The born host is an IPv6 address. */
  BORN_HOST_V6: 0x1 << 4,
  /** The store host is an IPv6 address. */
  STORE_HOST_V6: 0x1 << 5,
  NEED_UNWRAP: 0x1 << 6,
  INNER_BATCH: 0x1 << 7,
} as const

const TRANSACTION_MASK = 0x3 << 2
const COMPRESSION_MASK = 0x7 << 8

/** 0 for an ordinary message, else one of the three TRANSACTION values. */
export function transactionTypeOf(sysFlag: number): number {
  return sysFlag & TRANSACTION_MASK
}

export function withTransactionType(sysFlag: number, type: number): number {
  return (sysFlag & ~TRANSACTION_MASK) | type
}

/** The bits that say whether and how a body is packed. Apache: MessageSysFlag.COMPRESSION_TYPE_COMPARATOR. */
export const COMPRESSION_FLAGS = SysFlag.COMPRESSED | COMPRESSION_MASK

/** How a body with the COMPRESSED bit is packed; clients before 5.0 set no type and mean zlib. */
export function compressionOf(sysFlag: number): 'zlib' | 'lz4' | 'zstd' {
  switch ((sysFlag & COMPRESSION_MASK) >> 8) {
    case 1:
      return 'lz4'
    case 2:
      return 'zstd'
    default:
      return 'zlib'
  }
}

/** How a frame's header is written; the high byte of the header length. Apache: SerializeType. */
export const Serialization = {
  JSON: 0,
  ROCKETMQ: 1,
} as const

export type Serialization = (typeof Serialization)[keyof typeof Serialization]

/** Bits of a header's `flag`. Apache: RemotingCommand.RPC_TYPE and RPC_ONEWAY. */
export const RESPONSE_FLAG = 1
export const ONEWAY_FLAG = 2

import { bodyOf, list, object, text, type ValueOf } from './shape.js'
import { topicConfigAndMappingSerializeWrapperShape } from './topic-config-and-mapping-serialize-wrapper.js'

export const registerBrokerBodyShape = object({
  topicConfigSerializeWrapper: topicConfigAndMappingSerializeWrapperShape,
  filterServerList: list(text()),
})

/** The topics a broker announces to a nameserver. Apache: RegisterBrokerBody. */
export type RegisterBrokerBody = ValueOf<typeof registerBrokerBodyShape>

/** The plain form; for the header field `compressed` see `encodeCompressedRegisterBrokerBody`. */
export const { encode: encodeRegisterBrokerBody, decode: decodeRegisterBrokerBody } = bodyOf(
  'RegisterBrokerBody',
  registerBrokerBodyShape,
)
